package dev.stowage.archive;

class JdkGunzipTest extends GunzipContract {
  @Override
  Inflation inflation() {
    return Inflation.ofJdk();
  }
}
