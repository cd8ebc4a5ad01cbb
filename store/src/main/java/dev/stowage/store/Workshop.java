package dev.stowage.store;

import dev.stowage.linux.Disk;

/// What those who mend a store work with.
record Workshop(
    Disk disk,
    Layout layout,
    Groups groups,
    LayerDriver driver,
    DataFiles files,
    Staging staging,
    Inspector inspector) {}
