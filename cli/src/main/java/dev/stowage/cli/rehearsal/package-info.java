/// The run that shows the JVM what the commands need.
package dev.stowage.cli.rehearsal;
