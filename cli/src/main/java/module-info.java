import org.jspecify.annotations.NullMarked;

/** The command: words to verbs, outcomes to text and exit codes. */
@NullMarked
module dev.stowage.cli {
  requires dev.stowage.engine;
  requires dev.stowage.linux;
  requires dev.stowage.trust;
  requires static transitive org.jspecify;
}
