/// For tests of programs that use registries and images: a strict embedded registry that can
/// misbehave on demand, certificates for it, and images made on the spot.
package dev.stowage.testkit;
