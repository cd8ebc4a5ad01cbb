/// Surroundings to records: the environment and the configuration files, read once at start-up.
package dev.stowage.config;
