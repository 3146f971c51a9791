// Operations and results by what was written of them, for those that were read lately: histories
// say the same over and over, and to ask a service what it means costs more than to look it up.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/hash.hpp"
#include "engine/world/history.hpp"

namespace stampede::histories {

/// What documents say, wherever they stand: different for different ones, as far as it fits.
class Content {
 public:
  Content& add(std::string_view text) {
    if (text.size() >= bytes_.size() - size_) {
      fits_ = false;
    } else if (fits_) {
      bytes_[size_++] = static_cast<char>(text.size());
      std::memcpy(bytes_.data() + size_, text.data(), text.size());
      size_ += text.size();
    }
    return *this;
  }
  Content& add(char mark) { return add(std::string_view(&mark, 1)); }
  Content& add(const engine::Document& document) {
    add(static_cast<char>(2 * static_cast<int>(document.kind) + (document.quoted ? 1 : 0)));
    if (document.is_scalar()) return add(document.text);
    // How many there are comes first, so that nothing is the beginning of anything else.
    add(static_cast<char>(document.items.size() + document.entries.size()));
    for (const engine::Document& item : document.items) {
      if (!fits_) break;
      add(item);
    }
    for (const engine::Document::Entry& entry : document.entries) {
      if (!fits_) break;
      add(entry.key).add(entry.value);
    }
    return *this;
  }

  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] std::uint64_t hash() const { return engine::hash_bytes(text()); }
  friend bool operator==(const Content& left, const Content& right) {
    return left.text() == right.text();
  }

 private:
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

  std::array<char, 64> bytes_{};
  std::size_t size_ = 0;
  bool fits_ = true;
};

class RecentPayloads {
 public:
  /// What `make` makes, perhaps what it made of the same content before. REQUIRES: it makes equal
  /// payloads of equal content.
  template <class Make>
  engine::Payload of(const Content& content, const Make& make) {
    if (!content.fits()) return make();
    Slot& slot = slots_[content.hash() % slot_count];
    if (!slot.payload || !(slot.content == content)) {
      slot.payload = make();
      slot.content = content;
    }
    return slot.payload;
  }

 private:
  static constexpr std::size_t slot_count = 1'024;
  struct Slot {
    Content content;
    engine::Payload payload;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(slot_count);
};

}  // namespace stampede::histories
