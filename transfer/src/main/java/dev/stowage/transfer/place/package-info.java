/// The places themselves: how images are read from and written to each.
package dev.stowage.transfer.place;
