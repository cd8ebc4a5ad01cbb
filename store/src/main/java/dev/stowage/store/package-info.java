/// The store of layers, images and containers, in the layout and under the locks of
/// containers/storage.
package dev.stowage.store;
