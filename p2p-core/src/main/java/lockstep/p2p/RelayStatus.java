package lockstep.p2p;

/// How a relay, or who is reached through one, answers (circuit relay v2).
enum RelayStatus {
  OK(100, "all is well"),
  RESERVATION_REFUSED(200, "it has no room for another reservation"),
  RESOURCE_LIMIT_EXCEEDED(201, "it relays as much as it is willing to"),
  PERMISSION_DENIED(202, "it does not relay for us"),
  CONNECTION_FAILED(203, "it cannot reach the peer"),
  NO_RESERVATION(204, "the peer has no reservation there"),
  MALFORMED_MESSAGE(400, "it did not understand what was asked"),
  UNEXPECTED_MESSAGE(401, "it was asked something out of turn"),
  UNKNOWN(0, "it gives an answer that is not known here");

  private final int code;
  private final String words;

  RelayStatus(int code, String words) {
    this.code = code;
    this.words = words;
  }

  static RelayStatus of(long code) {
    for (var status : values()) {
      if (status.code == code) return status;
    }
    return UNKNOWN;
  }

  int code() {
    return code;
  }

  /// For people, what it means when a relay says so.
  String words() {
    return words;
  }
}
