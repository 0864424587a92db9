package lockstep.sync.ignore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import lockstep.base.RelPath;
import lockstep.sync.ignore.IgnoreRules.Rule;
import lockstep.sync.ignore.IgnoreRules.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreRulesTest {
  private static Source root(String... lines) {
    return in("", lines);
  }

  private static Source in(String directory, String... lines) {
    RelPath file = RelPath.of(directory).resolve(IgnoreRules.FILE_NAME);
    return new Source(file, String.join("\n", lines));
  }

  private static boolean ignores(IgnoreRules rules, String path) {
    boolean directory = path.endsWith("/");
    String name = directory ? path.substring(0, path.length() - 1) : path;
    return rules.match(RelPath.of(name), directory).isPresent();
  }

  private static boolean ignores(IgnoreRules rules, String path, boolean directory) {
    return rules.match(RelPath.of(path), directory).isPresent();
  }

  @Test
  void a_malformed_line_matches_nothing_and_the_others_count() {
    var rules = IgnoreRules.of(List.of(root("[:alpha:]]*", "*.o")));

    assertThat(ignores(rules, "a.o")).isTrue();
    assertThat(ignores(rules, "a.txt")).isFalse();
  }

  /// The cases of gitignore(5), each as git itself decides it; a path ending in `/` is a directory.
  @ParameterizedTest
  @CsvSource({
    "*.o,            a.o,            true",
    "*.o,            deep/down/a.o,  true",
    "*.o,            a.obj,          false",
    "/build,         build,          true",
    "/build,         x/build,        false",
    "build/,         build/,         true",
    "build/,         build,          false",
    "build/,         x/build/a.txt,  true",
    "doc/*.txt,      doc/a.txt,      true",
    "doc/*.txt,      doc/sub/a.txt,  false",
    "doc/*.txt,      x/doc/a.txt,    false",
    "**/foo,         a/b/foo,        true",
    "**/foo/bar,     a/foo/bar,      true",
    "abc/**,         abc/x/y,        true",
    "abc/**,         abc/,           false",
    "a/**/b,         a/b,            true",
    "a/**/b,         a/x/y/b,        true",
    "a?c,            abc,            true",
    "a?c,            a/c,            false",
    "[a-c].txt,      b.txt,          true",
    "[!a-c].txt,     b.txt,          false",
    "\\#note,        #note,          true",
    "# comment,      # comment,      false",
    "\\!bang,        !bang,          true",
    "CASE,           case,           false",
    "é*,             état,           true",
  })
  void gitignore_syntax(String pattern, String path, boolean ignored) {
    assertThat(ignores(IgnoreRules.of(List.of(root(pattern))), path)).isEqualTo(ignored);
  }

  @Test
  void the_last_match_decides() {
    var rules = IgnoreRules.of(List.of(root("*.log", "!keep.log", "keep.log")));

    assertThat(ignores(rules, "keep.log")).isTrue();
    assertThat(ignores(IgnoreRules.of(List.of(root("*.log", "!keep.log"))), "keep.log")).isFalse();
  }

  @Test
  void nothing_below_an_ignored_directory_can_be_taken_back() {
    var rules = IgnoreRules.of(List.of(root("out/", "!out/keep")));

    assertThat(rules.match(RelPath.of("out/keep"), false))
        .contains(new Rule(".lockstepignore", 1, "out/"));
    assertThat(ignores(IgnoreRules.of(List.of(root("out/*", "!out/keep"))), "out/keep")).isFalse();
  }

  @Test
  void a_file_deeper_in_the_tree_decides_over_one_above() {
    var rules = IgnoreRules.of(List.of(root("*.log"), in("a/b", "!*.log", "/top")));

    assertThat(ignores(rules, "a/x.log")).isTrue();
    assertThat(ignores(rules, "a/b/x.log")).isFalse();
    assertThat(ignores(rules, "a/b/c/x.log")).isFalse();
    assertThat(ignores(rules, "a/b/top")).isTrue();
    assertThat(ignores(rules, "a/b/c/top")).isFalse();
    assertThat(ignores(rules, "top")).isFalse();
  }

  @Test
  void a_rule_says_where_it_stands() {
    var rules = IgnoreRules.of(List.of(in("a", "# a comment", "", "*.tmp2")));

    assertThat(rules.match(RelPath.of("a/x/y.tmp2"), false))
        .contains(new Rule("a/.lockstepignore", 3, "*.tmp2"));
    assertThat(rules.match(RelPath.of("a/.DS_Store"), false).map(Rule::file))
        .contains(IgnoreRules.BUILT_IN);
  }

  @Test
  void files_are_replaced_and_taken_away() {
    var rules = IgnoreRules.of(List.of(root("a"), in("d", "b")));

    assertThat(ignores(rules.with(List.of(in("d", "c"))), "d/b")).isFalse();
    assertThat(ignores(rules.with(List.of(in("d", "c"))), "d/c")).isTrue();
    assertThat(rules.with(List.of(in("d", ""))).hasFileIn(RelPath.of("d"))).isFalse();
    assertThat(ignores(rules.with(List.of(in("d", ""))), "a")).isTrue();
  }

  @Test
  void windows_line_ends_and_byte_order_marks_do_not_matter() {
    var rules = IgnoreRules.of(List.of(root("\uFEFFone\r", "two\r", "")));

    assertThat(ignores(rules, "one")).isTrue();
    assertThat(ignores(rules, "two")).isTrue();
  }

  @Test
  void a_broken_pattern_ignores_nothing_and_spoils_no_other() {
    var rules = IgnoreRules.of(List.of(root("[a-", "[[:nonsense:]]x", "ok")));

    assertThat(ignores(rules, "a")).isFalse();
    assertThat(ignores(rules, "ok")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".DS_Store",
        "._photo.jpg",
        "Thumbs.db",
        "desktop.ini",
        "sub/Desktop.ini",
        "notes.txt~",
        ".#notes.txt",
        "#notes.txt#",
        ".notes.txt.swp",
        ".notes.txt.swo",
        "4913",
        "~$report.docx",
        "~WRL0001.tmp",
        "5A3F09C1.tmp",
        "pptE5A1.tmp",
        ".~lock.report.odt#",
        "lu1234abc.tmp",
        "scene.blend@",
        ".goutputstream-X1Y2Z3",
        "film.mkv.part",
        "iso.crdownload",
        ".nfs000000000123abcd00000001",
        ".fuse_hidden0001",
        ".Trash-1000/",
        "$RECYCLE.BIN/x",
        "System Volume Information/",
        "A.java___jb_tmp___",
        "~doc.idlk",
        ".lockstep/",
        ".lockstep/staging/1",
        ".LOCKSTEP/x",
        ".lockst\u00ADep",
        "deep/.Lockstep"
      })
  void junk_is_ignored_from_the_start(String path) {
    assertThat(ignores(IgnoreRules.DEFAULT, path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "report.docx",
        "notes.tmp",
        "20240101",
        "scene.blend1",
        "a.part2",
        "lunch.tmp",
        ".bashrc",
        ".lockstepignore",
        "x.swp.txt",
        "notes (conflict laptop 2026-11-21).txt",
        "a~b",
        ".git/",
        "Thumbs.db.txt",
        "partial",
        "my.lockstep",
        "#tag",
        "trailing space ",
        "éclair"
      })
  void what_may_be_work_is_not(String path) {
    assertThat(ignores(IgnoreRules.DEFAULT, path)).isFalse();
  }

  @Test
  void built_in_rules_can_be_taken_back_but_not_the_reserved_name() {
    var rules = IgnoreRules.of(List.of(root("!*.part", "!.lockstep")));

    assertThat(ignores(rules, "score.part")).isFalse();
    assertThat(ignores(rules, ".lockstep", true)).isTrue();
  }

  @Test
  void a_scope_agrees_with_the_match_of_the_whole_path() {
    var rules =
        IgnoreRules.of(List.of(root("*.o", "/x/*.c", "y/"), in("x", "!*.o", "z"), in("x/y", "q")));
    for (String directory : List.of("", "x", "x/w", "a/b")) {
      RelPath parent = RelPath.of(directory);
      for (String name : List.of("a.o", "a.c", "y", "z", "q", "w", "*.o")) {
        for (boolean isDirectory : new boolean[] {true, false}) {
          Optional<Rule> whole = rules.match(parent.resolve(name), isDirectory);
          assertThat(rules.scope(parent).match(name, isDirectory)).isEqualTo(whole);
        }
      }
    }
  }
}
