/// Encrypted layers, as ocicrypt makes them.
package dev.stowage.transfer.seal;
