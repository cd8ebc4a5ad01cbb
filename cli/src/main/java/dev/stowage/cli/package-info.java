/// The program: its start, its command line, and what it says of failures.
package dev.stowage.cli;
