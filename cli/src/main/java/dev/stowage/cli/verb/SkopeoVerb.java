package dev.stowage.cli.verb;

/// A command that is Skopeo's or crane's, and tells the shell of a failure as they do: 2 where an
/// image is not there, else 1, where Podman's commands answer with 125.
interface SkopeoVerb extends Verb {

  @Override
  default int failureCode(Throwable failure) {
    return ExitCode.ofSkopeos(failure);
  }
}
