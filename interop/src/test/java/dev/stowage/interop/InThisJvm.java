package dev.stowage.interop;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// The tests, run in a JVM that Maven did not start: all, or those of the named classes.
final class InThisJvm {
  private static final int FRAMES = 20;

  private InThisJvm() {}

  public static void main(String[] classes) {
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (String name : classes) {
      selectors.add(selectClass(InThisJvm.class.getPackageName() + "." + name));
    }
    if (classes.length == 0) {
      selectors.add(selectPackage(InThisJvm.class.getPackageName()));
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectors)
            .filters(TagFilter.excludeTags("large"))
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    Progress progress = new Progress();
    LauncherFactory.create().execute(request, summary, progress);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.getSummary().printFailuresTo(out, FRAMES);
    int leftOut = 0;
    for (Map.Entry<String, Integer> each : progress.leftOut.entrySet()) {
      out.println("left out: " + each.getKey() + " (" + each.getValue() + ")");
      leftOut += each.getValue();
    }
    long good = summary.getSummary().getTestsSucceededCount();
    long failed = summary.getSummary().getTotalFailureCount();
    out.println(good + " good, " + failed + " failed, " + leftOut + " left out");
    System.exit(failed == 0 && good > 0 ? 0 : 1);
  }

  /// Says a line when a class is through, and counts what was left out, by name and reason.
  private static final class Progress implements TestExecutionListener {
    final Map<String, Integer> leftOut = new TreeMap<>();
    private Optional<TestPlan> plan = Optional.empty();
    private long begun;

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
      this.plan = Optional.of(plan);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      if (test.getSource().orElse(null) instanceof ClassSource) {
        begun = System.nanoTime();
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      Set<TestIdentifier> within = plan.orElseThrow().getDescendants(test);
      if (within.isEmpty()) {
        leaveOut(test, reason);
      }
      within.stream().filter(TestIdentifier::isTest).forEach(each -> leaveOut(each, reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
        leaveOut(test, result.getThrowable().map(Throwable::getMessage).orElse("no reason"));
      } else if (test.getSource().orElse(null) instanceof ClassSource) {
        long millis = (System.nanoTime() - begun) / 1_000_000;
        System.out.println(test.getDisplayName() + " took " + millis + " ms");
      }
    }

    private void leaveOut(TestIdentifier test, String reason) {
      String name =
          switch (test.getSource().orElse(null)) {
            case MethodSource method ->
                method.getJavaClass().getSimpleName() + "." + method.getMethodName();
            case null, default -> test.getDisplayName();
          };
      leftOut.merge(name + ": " + reason, 1, Integer::sum);
    }
  }
}
