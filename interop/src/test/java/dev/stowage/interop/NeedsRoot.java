package dev.stowage.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// A test of what only the machine's root can do, which is left out for an ordinary user alone.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsRoot.Condition.class)
@interface NeedsRoot {

  /// What an ordinary user cannot do.
  String value();

  /// Whether the tests run in the namespace that `run-as-ordinary-user` has the launcher enter.
  final class Condition implements ExecutionCondition {
    static boolean ordinary() {
      return System.getenv("_CONTAINERS_USERNS_CONFIGURED") != null;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), NeedsRoot.class)
          .filter(needs -> ordinary())
          .map(needs -> ConditionEvaluationResult.disabled("needs root: " + needs.value()))
          .orElse(ConditionEvaluationResult.enabled("no need of root, or this is root"));
    }
  }
}
