/// Values and laws of container images.
package dev.stowage.model;
