/// What most users touch: the engine and its images.
package dev.stowage.engine;
