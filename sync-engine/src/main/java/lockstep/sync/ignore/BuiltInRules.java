package lockstep.sync.ignore;

/// Rules for what no user means to share: caches of the operating system and the temporary files
/// that programs keep beside a document while it is open or being saved. Kept narrow, for a name
/// that matches here is silently not synced: `*.tmp` alone, `.part2` or a backup like `.blend1` may
/// be somebody's work. A `.lockstepignore` can take any of them back with `!`.
final class BuiltInRules {
  /// In gitignore syntax; `why` shows the line's number.
  static final String TEXT =
      """
      /.lockstep
      # beside a file that somebody has locked
      .*.lock

      # macOS
      .DS_Store
      ._*
      .Spotlight-V100
      .Trashes
      .fseventsd
      .TemporaryItems
      .DocumentRevisions-V100
      # Windows
      [Tt]humbs.db
      ehthumbs.db
      [Dd]esktop.ini
      $RECYCLE.BIN
      System Volume Information
      # Linux: trash, deleted but open (NFS, FUSE), GLib saves
      .Trash-*
      .nfs[0-9a-fA-F]*
      .fuse_hidden*
      .goutputstream-*
      .gedit-save-*

      # vim: swap files and the name it probes a directory with
      .*.sw[j-p]
      4913
      # Emacs: locks, auto-saves; and backups of many editors
      .#*
      \\#*#
      *~
      # Kate, IntelliJ
      .*.kate-swp
      *___jb_tmp___
      *___jb_old___
      # Microsoft Office: owner files and saves under way
      ~$*
      ~*.tmp
      [0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F][0-9A-F].tmp
      ppt[0-9A-F]*.tmp
      *.laccdb
      # LibreOffice: locks and saves under way
      .~lock.*#
      lu[0-9]*.tmp
      # Blender saves under way, Adobe and AutoCAD locks
      *.blend@
      ~*.idlk
      *.dwl
      *.dwl2

      # Downloads under way: Chromium, Firefox, Opera
      *.crdownload
      *.part
      *.opdownload
      # Other synchronisers' transfers
      .syncthing.*.tmp
      ~syncthing~*.tmp
      """;

  private BuiltInRules() {}
}
