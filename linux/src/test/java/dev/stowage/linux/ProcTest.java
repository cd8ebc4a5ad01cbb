package dev.stowage.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the kernel tells in text.
class ProcTest {
  @Test
  void aMountTableIsParsed() {
    MountTable table =
        MountTable.parse(
            """
            25 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
            40 25 0:35 /sub /a\\040b\\134c rw - overlay overlay rw,lowerdir=l/A:l/B
            cut off
            41 25 0:36 / /a\\040b\\134c rw - tmpfs
            42 25 0:36 / /x rw - tmpfs none rw
            43 25 0:37 / /x ro - tmpfs top rw
            """);
    assertEquals(4, table.mounts().size());
    assertEquals(
        new MountPoint(
            40, 25, "/sub", Path.of("/a b\\c"), "rw", "overlay", "overlay", "rw,lowerdir=l/A:l/B"),
        table.at(Path.of("/a b\\c")).orElseThrow());
    assertEquals("top", table.at(Path.of("/x")).orElseThrow().source());
    assertEquals(Optional.empty(), table.at(Path.of("/none")));
  }

  @Test
  void thisProcessHasARootMountAndAnIdentity() throws IOException {
    assertTrue(MountTable.read().at(Path.of("/")).isPresent());
    ProcessIdentity identity = ProcessIdentity.read();
    assertEquals(ProcessHandle.current().pid(), identity.pid());
    assertFalse(identity.users().isEmpty());
  }

  @Test
  void aRootlessIdentityIsParsed() throws IOException {
    String status = "Name:\tjava\nUmask:\t0022\nPid:\t77\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n";
    ProcessIdentity identity =
        ProcessIdentity.parse(
            status,
            "         0       1000          1\n         1     100000      65536\n",
            "0 0 4294967295\n");
    assertEquals(77, identity.pid());
    assertEquals(new Owner(2, 6), identity.effective());
    assertEquals(
        List.of(new IdMapping(0, 1000, 1), new IdMapping(1, 100_000, 65_536)), identity.users());
    assertFalse(identity.inInitialNamespace());
    assertFalse(identity.isSuperuser());
    assertTrue(
        ProcessIdentity.parse(status, "0 0 4294967295\n", "0 0 4294967295\n").inInitialNamespace());
    assertThrows(IOException.class, () -> ProcessIdentity.parse("", "", ""));
  }

  @Test
  void deviceNumbersArePackedAsTheLibraryDoes() {
    for (DeviceNumber number :
        List.of(
            DeviceNumber.ZERO,
            new DeviceNumber(1, 3),
            new DeviceNumber(254, 0),
            new DeviceNumber(4095, 1_048_575),
            new DeviceNumber(0xFFFFFFFF, 0xFFFFFFFF))) {
      assertEquals(number, DeviceNumber.unpack(number.packed()));
    }
    assertEquals(0x103, new DeviceNumber(1, 3).packed());
  }

  @Test
  void fileNamesAreTextWithoutLoss() {
    byte[] all = new byte[255];
    for (int i = 1; i <= 255; i++) {
      all[i - 1] = (byte) i;
    }
    org.junit.jupiter.api.Assertions.assertArrayEquals(all, FileNames.bytes(FileNames.text(all)));
    assertEquals("grün 𝄞", FileNames.text(FileNames.bytes("grün 𝄞")));
    assertEquals("a\uDCFFb", FileNames.text(new byte[] {'a', (byte) 0xFF, 'b'}));
    // The three bytes that would encode an escape are escaped one by one.
    byte[] surrogate = {(byte) 0xED, (byte) 0xB2, (byte) 0x80};
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        surrogate, FileNames.bytes(FileNames.text(surrogate)));
  }
}
