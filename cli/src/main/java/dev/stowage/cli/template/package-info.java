/// Go templates.
package dev.stowage.cli.template;
