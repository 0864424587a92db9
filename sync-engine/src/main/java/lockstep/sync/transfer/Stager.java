package lockstep.sync.transfer;

import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import lockstep.base.Blake3;
import lockstep.base.Content;
import lockstep.base.DiskFile;
import lockstep.chunk.ChunkStore;
import lockstep.chunk.Chunking;
import lockstep.chunk.ContentChangedException;
import lockstep.chunk.Manifest;
import lockstep.chunk.Splitter;
import lockstep.recovery.StagedFile;
import lockstep.recovery.Workspace;

/// Everything that a fetcher does on the disk. Whatever brought bytes into a staged file — an
/// earlier session, a reflink, a peer — only their hash makes them count.
final class Stager {
  /// Bytes copied at once: between two such steps a cancelled download is noticed, and what was
  /// copied is still in the page cache when it is hashed.
  private static final int COPY_BYTES = 8 << 20;

  private final Workspace workspace;
  private final ChunkStore chunks;
  private final LocalContents local;

  Stager(Workspace workspace, ChunkStore chunks, LocalContents local) {
    this.workspace = workspace;
    this.chunks = chunks;
    this.local = local;
  }

  /// What was left staged may be closed to us by its own mode: it was complete then, and is begun
  /// anew.
  private StagedFile open(Wanted wanted) throws IOException {
    try {
      return workspace.stage(wanted.id());
    } catch (IOException e) {
      workspace.discard(wanted.id());
      return workspace.stage(wanted.id());
    }
  }

  /// Stages the content from a local file that has all of it.
  ///
  /// @return false if there is none, or it was not what it seemed
  boolean copyWhole(Wanted wanted, BooleanSupplier cancelled) throws IOException {
    Content content = wanted.content();
    if (content.size() == 0) {
      write(wanted, new byte[0], 0);
      return true;
    }
    Optional<DiskFile> source = local.open(content);
    if (source.isEmpty()) return false;
    try (DiskFile from = source.get()) {
      return Chunking.isSingle(content.size())
          ? copySmall(wanted, from)
          : copyLarge(wanted, from, cancelled);
    }
  }

  /// Finds out whether the content is here, though nobody knew: then [#copyWhole] stages it.
  void search(Content content) {
    try (DiskFile _ = local.search(content).orElse(null)) {
      // what was found is known now
    } catch (IOException unreadable) {
      // as good as not here
    }
  }

  private boolean copySmall(Wanted wanted, DiskFile source) throws IOException {
    byte[] bytes = new byte[(int) wanted.content().size()];
    if (!DiskReads.fully(source, bytes, bytes.length, 0)
        || !Blake3.of(bytes).equals(wanted.content().root())) {
      return false;
    }
    write(wanted, bytes, bytes.length);
    return true;
  }

  private boolean copyLarge(Wanted wanted, DiskFile source, BooleanSupplier cancelled)
      throws IOException {
    Content content = wanted.content();
    try (StagedFile staged = open(wanted)) {
      if (source.stat().size() != content.size()) return false;
      for (long at = 0; at < content.size(); at += COPY_BYTES) {
        if (cancelled.getAsBoolean()) return false;
        long length = Math.min(COPY_BYTES, content.size() - at);
        staged.file().copyFrom(source, at, at, length);
      }
      if (!holds(staged.file(), content)) return false;
      settle(staged.file(), wanted);
      return true;
    } catch (EOFException e) {
      return false; // cut short while we copied it
    }
  }

  private boolean holds(DiskFile file, Content content) throws IOException {
    try {
      return Splitter.split(file::read, content.size(), chunks::node).content().equals(content);
    } catch (ContentChangedException e) {
      return false;
    }
  }

  /// Stages a content of which all bytes are at hand and verified.
  void write(Wanted wanted, byte[] bytes, int length) throws IOException {
    try (StagedFile staged = open(wanted)) {
      if (length > 0) staged.file().write(bytes, 0, length, 0);
      settle(staged.file(), wanted);
    }
  }

  /// Stages the content of a file that was staged already.
  void copyStaged(DiskFile source, Wanted wanted) throws IOException {
    try (StagedFile staged = open(wanted)) {
      staged.file().copyFrom(source, 0, 0, wanted.content().size());
      if (!holds(staged.file(), wanted.content())) {
        throw new IOException("a copy of verified bytes does not hash to the same");
      }
      settle(staged.file(), wanted);
    }
  }

  /// Gives a staged file that has all its bytes the length, mode and time that are wanted.
  void settle(DiskFile file, Wanted wanted) throws IOException {
    if (file.stat().size() != wanted.content().size()) file.truncate(wanted.content().size());
    file.setMode(wanted.file().mode());
    file.setModified(wanted.file().modifiedNanos());
  }

  /// Opens the staged file of a content whose manifest is complete, with all chunks that earlier
  /// sessions left in it and that local files have.
  Assembly assemble(Wanted wanted, BooleanSupplier cancelled) throws IOException {
    Manifest manifest = chunks.manifest(wanted.content()).orElseThrow();
    var assembly = new Assembly(manifest, open(wanted));
    try {
      if (assembly.file().stat().size() > 0) assembly.verify(0, manifest.count());
      reuse(assembly, wanted.previous(), cancelled);
      long absent = assembly.map().absentBytes();
      workspace.requireRoom(absent);
      Blake3.expect(absent);
      return assembly;
    } catch (IOException | RuntimeException e) {
      Assembly.closeQuietly(assembly);
      throw e;
    }
  }

  private void reuse(Assembly assembly, Optional<Content> previous, BooleanSupplier cancelled)
      throws IOException {
    try (var sources = new ChunkSources(chunks, local, previous)) {
      int count = assembly.manifest().count();
      for (int at = assembly.map().nextAbsent(0); at < count; ) {
        if (cancelled.getAsBoolean()) return;
        int copied = copyRun(assembly, at, sources);
        at = assembly.map().nextAbsent(at + Math.max(copied, 1));
      }
    }
  }

  /// Copies the chunks from `first` on that lie side by side in one local file, too.
  ///
  /// @return how many chunks were tried
  private int copyRun(Assembly assembly, int first, ChunkSources sources) throws IOException {
    Manifest manifest = assembly.manifest();
    ChunkSources.Source source = sources.find(manifest.hash(first));
    if (source == null) return 0;
    int end = first + 1;
    long length = manifest.length(first);
    while (end < manifest.count() && length < COPY_BYTES && source.goesOn(manifest.hash(end))) {
      length += manifest.length(end++);
    }
    try {
      assembly.file().copyFrom(source.file(), source.offset(), manifest.offset(first), length);
      assembly.verify(first, end - first);
    } catch (EOFException e) {
      sources.distrust(source); // it was cut short: the network has to do
    }
    return end - first;
  }
}
