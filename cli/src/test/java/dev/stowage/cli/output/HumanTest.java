package dev.stowage.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HumanTest {

  @ParameterizedTest
  @CsvSource({
    "0,0B",
    "1,1B",
    "999,999B",
    "1000,1kB",
    "1234,1.23kB",
    "1250,1.25kB",
    "10500,10.5kB",
    "123456,123kB",
    "999499,999kB",
    "999500,1e+03kB",
    "999999,1e+03kB",
    "1000000,1MB",
    "7336128,7.34MB",
    "1005000,1MB",
    "1015000,1.01MB",
    "1125000,1.12MB",
    "1135000,1.14MB",
    "1121000000,1.12GB",
    "9223372036854775807,9.22EB",
    "1010,1.01kB",
    "1100,1.1kB",
    "10040,10kB",
    "10060,10.1kB",
    "99950,100kB",
    "99949,99.9kB"
  })
  void sizesHaveThreeDigits(long bytes, String expected) {
    assertEquals(expected, Human.size(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0,Less than a second", "1,1 second", "59,59 seconds", "60,About a minute",
        "119,About a minute",
    "120,2 minutes", "3599,59 minutes", "3600,About an hour", "5399,About an hour", "5400,2 hours",
    "172799,2 days", "172800,2 days", "1209599,2 weeks", "1209600,2 weeks", "5184000,2 months",
    "63072000,2 years", "94608000,3 years"
  })
  void durationsAreRough(long seconds, String expected) {
    assertEquals(expected, Human.duration(Duration.ofSeconds(seconds)));
  }

  @Test
  void spacedSizesHaveASpace() {
    assertEquals("7.34 MB", Human.spacedSize(7_336_128));
  }
}
