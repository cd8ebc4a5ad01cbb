/// Policy and signatures. What is read here decides what may run, so everything is read strictly:
/// what is not understood is refused.
package dev.stowage.trust;
