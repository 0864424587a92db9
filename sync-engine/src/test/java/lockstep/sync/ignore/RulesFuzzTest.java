package lockstep.sync.ignore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Stream;
import lockstep.base.RelPath;
import lockstep.testkit.FuzzTarget;
import lockstep.testkit.FuzzTargets;

/// The rules that lie in the folder, where any member may write them; see [FuzzTargets].
class RulesFuzzTest implements FuzzTargets {
  private static final RelPath FILE = RelPath.of(IgnoreRules.FILE_NAME);
  private static final RelPath ASKED = RelPath.of("deep/down/a/name that is aaaaaaaaaaaaaa.txt");

  @Override
  public Stream<FuzzTarget> targets() {
    return Stream.of(new FuzzTarget("ignore-rules", RulesFuzzTest::match));
  }

  private static void match(byte[] bytes) {
    var rules = IgnoreRules.of(List.of(new IgnoreRules.Source(FILE, new String(bytes, UTF_8))));
    rules.match(ASKED, false);
  }
}
