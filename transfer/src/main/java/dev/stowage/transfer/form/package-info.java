/// The texts of manifests: how one family's words are said in the other's.
package dev.stowage.transfer.form;
