package lockstep.base;

/// What a member of a folder may do. What a role may not write, every member refuses.
public enum Role {
  READ_ONLY("read-only"),
  READ_WRITE("read-write"),
  ADMIN("admin");

  private final String text;

  Role(String text) {
    this.text = text;
  }

  /// Whether the member may change files.
  public boolean mayWrite() {
    return this != READ_ONLY;
  }

  /// Whether the member may change the membership.
  public boolean mayAdmit() {
    return this == ADMIN;
  }

  /// Reads the name that commands use.
  ///
  /// @throws IllegalArgumentException naming the roles there are
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text.equals(text)) {
        return role;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no role; there are admin, read-write and read-only");
  }

  @Override
  public String toString() {
    return text;
  }
}
