// A node's disk: named files of bytes. A write completes into a volatile cache; sync makes the
// completed writes of its file durable; a crash decides about everything that was not
// (DiskOutcome).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/core/value.hpp"

namespace stampede::engine {

enum class DiskOperationKind { append, write, read, sync };
STAMPEDE_ENUM(DiskOperationKind, append, write, read, sync);

/// A request in progress, in the order of issue. Completions may come in any order, but those of
/// one file come in order.
struct DiskOperation {
  std::uint32_t request = 0;
  DiskOperationKind kind = DiskOperationKind::append;
  std::string file{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::string bytes{};
};
STAMPEDE_VALUE(DiskOperation, request, kind, file, offset, length, bytes);

/// What the owner is told when a request is done.
struct DiskCompleted {
  std::uint32_t request = 0;
  DiskOperationKind kind = DiskOperationKind::append;
  std::string file{};
  /// For reads: what was there (shorter than asked at the end of the file).
  std::string bytes{};
};
STAMPEDE_VALUE(DiskCompleted, request, kind, file, bytes);

/// Bytes written and not yet synced.
struct PendingWrite {
  std::uint64_t offset = 0;
  std::string bytes{};
};
STAMPEDE_VALUE(PendingWrite, offset, bytes);

struct File {
  std::string durable{};
  std::vector<PendingWrite> pending{};
};
STAMPEDE_VALUE(File, durable, pending);

/// Which of the pending writes of a crash survive: bit i of `kept` for the i-th (oldest first over
/// all files by name; those from 64 on share bit 63). The first lost write after which `torn` is
/// set survives up to a sector boundary.
struct DiskOutcome {
  std::uint64_t kept = 0;
  bool torn = false;
  /// Also the save that was under way reached the disk (its outputs are lost all the same).
  bool save_kept = false;
};
STAMPEDE_VALUE(DiskOutcome, kept, torn, save_kept);

inline constexpr DiskOutcome disk_keeps{UINT64_MAX, false, true};
inline constexpr DiskOutcome disk_loses{0, false, false};
inline constexpr DiskOutcome disk_tears{0, true, false};

struct Disk {
  std::map<std::string, File> files{};
  std::vector<DiskOperation> outstanding{};
  std::uint32_t next_request = 1;

  /// The bytes that a read sees now.
  [[nodiscard]] std::string content(const std::string& file) const;
  /// Performs the oldest outstanding request of `file`. REQUIRES: there is one.
  DiskCompleted complete(const std::string& file);
  [[nodiscard]] bool busy(const std::string& file) const;
  /// The oldest outstanding request of `file`. REQUIRES: busy(file).
  [[nodiscard]] const DiskOperation& oldest(const std::string& file) const;
  /// How many writes a crash now would have to decide about (outstanding ones included).
  [[nodiscard]] std::size_t pending_count() const;
  /// Applies a crash; `sector` is the unit of tearing in bytes, > 0.
  void crash(const DiskOutcome& outcome, std::uint64_t sector);
};
STAMPEDE_VALUE(Disk, files, outstanding, next_request);

}  // namespace stampede::engine
