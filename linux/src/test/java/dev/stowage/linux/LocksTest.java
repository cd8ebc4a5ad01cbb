package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocksTest {
  @Nested
  class OpenFileLocks extends LockContract {
    OpenFileLocks() {
      super(LockMethod.OPEN_FILE);
    }
  }

  @Nested
  class RecordLocks extends LockContract {
    RecordLocks() {
      super(LockMethod.RECORD);
    }
  }

  @Test
  void anOpenFileLockOutlivesAnotherDescriptorOfTheFile(@TempDir Path temporary)
      throws IOException {
    Path file = temporary.resolve("some.lock");
    Disk disk = new LocalDisk(LockMethod.OPEN_FILE);
    try (OtherProcess other = new OtherProcess();
        HeldLock _ = disk.lock(file, LockKind.EXCLUSIVE)) {
      assertEquals(0, Files.readAllBytes(file).length);
      assertFalse(other.canTake(file, LockKind.SHARED));
    }
  }

  @Test
  void theTwoMethodsExcludeEachOther(@TempDir Path temporary) throws IOException {
    Path file = temporary.resolve("some.lock");
    Disk open = new LocalDisk(LockMethod.OPEN_FILE);
    Disk record = new LocalDisk(LockMethod.RECORD);
    try (HeldLock _ = open.lock(file, LockKind.EXCLUSIVE)) {
      assertEquals(Optional.empty(), record.tryLock(file, LockKind.SHARED));
    }
    try (HeldLock _ = record.lock(file, LockKind.SHARED)) {
      assertEquals(Optional.empty(), open.tryLock(file, LockKind.EXCLUSIVE));
      open.tryLock(file, LockKind.SHARED).orElseThrow().close();
    }
  }
}
