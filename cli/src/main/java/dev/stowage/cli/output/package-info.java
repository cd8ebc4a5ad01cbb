/// What is printed: tables, sizes, times, JSON, YAML, messages.
package dev.stowage.cli.output;
