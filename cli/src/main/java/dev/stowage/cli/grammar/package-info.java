/// Command lines as data: parsing, help, completions and manual pages.
package dev.stowage.cli.grammar;
