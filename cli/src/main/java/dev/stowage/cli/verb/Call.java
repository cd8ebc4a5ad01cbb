package dev.stowage.cli.verb;

import dev.stowage.cli.grammar.Words;
import dev.stowage.cli.output.Log;
import dev.stowage.cli.output.Output;
import dev.stowage.config.Surroundings;
import java.io.PrintStream;
import java.time.Instant;

/// One use of a verb: its words and where its output goes.
///
/// @param now when the program was started
public record Call(
    Words words, Output out, PrintStream err, Log log, Surroundings surroundings, Instant now) {}
