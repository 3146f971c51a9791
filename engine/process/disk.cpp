#include "engine/process/disk.hpp"

#include <algorithm>

#include "engine/core/error.hpp"

namespace stampede::engine {
namespace {

void overlay(std::string& bytes, const PendingWrite& write) {
  const std::size_t end = write.offset + write.bytes.size();
  if (bytes.size() < end) bytes.resize(end, '\0');
  std::copy(write.bytes.begin(), write.bytes.end(),
            bytes.begin() + static_cast<std::ptrdiff_t>(write.offset));
}

bool is_write(const DiskOperation& operation) {
  return operation.kind == DiskOperationKind::append || operation.kind == DiskOperationKind::write;
}

}  // namespace

std::string Disk::content(const std::string& file) const {
  const auto found = files.find(file);
  if (found == files.end()) return {};
  std::string bytes = found->second.durable;
  for (const PendingWrite& write : found->second.pending) overlay(bytes, write);
  return bytes;
}

bool Disk::busy(const std::string& file) const {
  return std::any_of(outstanding.begin(), outstanding.end(),
                     [&](const DiskOperation& operation) { return operation.file == file; });
}

const DiskOperation& Disk::oldest(const std::string& file) const {
  const auto place =
      std::find_if(outstanding.begin(), outstanding.end(),
                   [&](const DiskOperation& operation) { return operation.file == file; });
  ASSERT(place != outstanding.end());
  return *place;
}

DiskCompleted Disk::complete(const std::string& file) {
  const auto place =
      std::find_if(outstanding.begin(), outstanding.end(),
                   [&](const DiskOperation& operation) { return operation.file == file; });
  ASSERT(place != outstanding.end());
  const DiskOperation operation = *place;
  outstanding.erase(place);
  DiskCompleted completed{operation.request, operation.kind, operation.file, {}};
  switch (operation.kind) {
    case DiskOperationKind::append:
      files[file].pending.push_back({content(file).size(), operation.bytes});
      break;
    case DiskOperationKind::write:
      files[file].pending.push_back({operation.offset, operation.bytes});
      break;
    case DiskOperationKind::read: {
      const std::string bytes = content(file);
      if (operation.offset < bytes.size())
        completed.bytes = bytes.substr(operation.offset, operation.length);
      break;
    }
    case DiskOperationKind::sync: {
      File& target = files[file];
      for (const PendingWrite& write : target.pending) overlay(target.durable, write);
      target.pending.clear();
      break;
    }
  }
  return completed;
}

std::size_t Disk::pending_count() const {
  std::size_t count = 0;
  for (const auto& [name, file] : files) count += file.pending.size();
  for (const DiskOperation& operation : outstanding) count += is_write(operation) ? 1 : 0;
  return count;
}

void Disk::crash(const DiskOutcome& outcome, std::uint64_t sector) {
  ASSERT(sector > 0);
  // A write that had not completed may have reached the disk as well.
  while (!outstanding.empty()) {
    if (is_write(outstanding.front())) {
      complete(std::string(outstanding.front().file));
    } else {
      outstanding.erase(outstanding.begin());
    }
  }
  std::size_t position = 0;
  bool tear = outcome.torn;
  for (auto& [name, file] : files) {
    for (const PendingWrite& write : file.pending) {
      const std::size_t bit = std::min<std::size_t>(position++, 63);
      if (((outcome.kept >> bit) & 1) != 0) {
        overlay(file.durable, write);
      } else if (tear) {
        tear = false;
        const std::uint64_t half = write.offset + (write.bytes.size() + 1) / 2;
        const std::uint64_t boundary = std::max(write.offset, half / sector * sector);
        PendingWrite part{write.offset, write.bytes.substr(0, boundary - write.offset)};
        overlay(file.durable, part);
      }
    }
    file.pending.clear();
  }
}

}  // namespace stampede::engine
