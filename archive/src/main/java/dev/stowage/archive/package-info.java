/// Layers as bytes and layers as directory trees.
///
/// Bytes come in compressed ([Compression]), are read as tar ([TarReader]) and become a tree
/// ([LayerUnpacker]); what the tree cannot hold of the archive goes into a tar-split
/// ([TarSplitWriter]), from which [TarSplitAssembler] makes the very same bytes again. A tree
/// without a tar-split is packed anew ([LayerPacker]).
package dev.stowage.archive;
