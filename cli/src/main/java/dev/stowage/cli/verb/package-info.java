/// The commands.
package dev.stowage.cli.verb;
