package lockstep.sync.transfer;

import java.io.IOException;
import java.util.Optional;
import lockstep.base.Content;
import lockstep.base.DiskFile;

/// Where this device has the bytes of a content: implemented by the folder. Thread-safe.
public interface LocalContents {
  /// A local file that held the content when it was last hashed and looks unchanged since. The
  /// caller closes it and trusts no byte of it.
  Optional<DiskFile> open(Content content) throws IOException;

  /// The same, looked for also where it takes reading to find it; from then on [#open] knows.
  default Optional<DiskFile> search(Content content) throws IOException {
    return open(content);
  }

  /// The same and, where this has it not, what another has.
  default LocalContents or(LocalContents other) {
    LocalContents first = this;
    return new LocalContents() {
      @Override
      public Optional<DiskFile> open(Content content) throws IOException {
        Optional<DiskFile> file = first.open(content);
        return file.isPresent() ? file : other.open(content);
      }

      @Override
      public Optional<DiskFile> search(Content content) throws IOException {
        Optional<DiskFile> file = first.search(content);
        return file.isPresent() ? file : other.search(content);
      }
    };
  }
}
