package lockstep.ledger;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Growing columns of values by row number, in pages: growing copies nothing and wastes at most a
/// page. A cell never written holds 0 or null.
final class Columns {
  private static final int SHIFT = 10;
  private static final int PAGE = 1 << SHIFT;
  private static final int MASK = PAGE - 1;

  private Columns() {}

  static final class Ints {
    private final List<int[]> pages = new ArrayList<>();

    int get(int row) {
      return row >> SHIFT < pages.size() ? pages.get(row >> SHIFT)[row & MASK] : 0;
    }

    void set(int row, int value) {
      while (row >> SHIFT >= pages.size()) pages.add(new int[PAGE]);
      pages.get(row >> SHIFT)[row & MASK] = value;
    }
  }

  static final class Longs {
    private final List<long[]> pages = new ArrayList<>();

    long get(int row) {
      return row >> SHIFT < pages.size() ? pages.get(row >> SHIFT)[row & MASK] : 0;
    }

    void set(int row, long value) {
      while (row >> SHIFT >= pages.size()) pages.add(new long[PAGE]);
      pages.get(row >> SHIFT)[row & MASK] = value;
    }
  }

  static final class Refs<T> {
    private final List<@Nullable Object[]> pages = new ArrayList<>();

    @SuppressWarnings("unchecked") // only set() writes
    @Nullable T get(int row) {
      return row >> SHIFT < pages.size() ? (T) pages.get(row >> SHIFT)[row & MASK] : null;
    }

    void set(int row, T value) {
      while (row >> SHIFT >= pages.size()) pages.add(new @Nullable Object[PAGE]);
      pages.get(row >> SHIFT)[row & MASK] = value;
    }
  }
}
