/// Places an image can live in, and the one copier between them.
package dev.stowage.transfer;
