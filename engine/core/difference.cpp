#include "engine/core/difference.hpp"

#include <algorithm>

namespace stampede::engine {
namespace {

/// So many elements of a list may change in place; more, and it is told by its end.
constexpr std::size_t changed_in_place_max = 2;
constexpr std::size_t members_told_max = 4;
constexpr std::size_t value_width = 24;

bool contains(const std::vector<Document>& list, const Document& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

bool is_set(const std::vector<Document>& list) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_scalar()) return false;
    for (std::size_t other = 0; other < i; ++other) {
      if (list[other] == list[i]) return false;
    }
  }
  return true;
}

class Comparison {
 public:
  std::vector<Change> changes;

  void compare(const std::string& path, const Document& before, const Document& after) {
    if (before == after) return;
    const bool other_alternative = before.entries.size() == 1 && after.entries.size() == 1 &&
                                   before.entries.front().key != after.entries.front().key;
    if (before.is_mapping() && after.is_mapping() && !other_alternative) {
      compare_mappings(path, before, after);
    } else if (before.is_sequence() && after.is_sequence()) {
      compare_lists(path, before, after);
    } else {
      add(Change::Kind::value, path, before, after);
    }
  }

 private:
  Change& add(Change::Kind kind, const std::string& path, const Document& before,
              const Document& after) {
    changes.push_back({kind, path, before, after, {}, {}, 0});
    return changes.back();
  }

  void compare_mappings(const std::string& path, const Document& before, const Document& after) {
    std::vector<Document> removed;
    std::vector<Document> added;
    for (const Document::Entry& entry : before.entries) {
      if (after.find(entry.key) == nullptr) removed.push_back(text_document(entry.key));
    }
    for (const Document::Entry& entry : after.entries) {
      if (before.find(entry.key) == nullptr) added.push_back(text_document(entry.key));
    }
    if (!removed.empty() || !added.empty()) {
      Change& change = add(Change::Kind::members, path, before, after);
      change.removed = std::move(removed);
      change.added = std::move(added);
      change.size = after.entries.size();
    }
    for (const Document::Entry& entry : after.entries) {
      const Document* old = before.find(entry.key);
      if (old == nullptr) continue;
      compare(path.empty() ? entry.key : path + "." + entry.key, *old, entry.value);
    }
  }

  void compare_lists(const std::string& path, const Document& before, const Document& after) {
    if (is_set(before.items) && is_set(after.items)) return compare_sets(path, before, after);
    if (before.items.size() == after.items.size()) {
      std::vector<std::size_t> changed;
      for (std::size_t i = 0; i < after.items.size(); ++i) {
        if (!(before.items[i] == after.items[i])) changed.push_back(i);
      }
      if (changed.size() <= changed_in_place_max) {
        for (const std::size_t i : changed)
          compare(path + "[" + std::to_string(i + 1) + "]", before.items[i], after.items[i]);
        return;
      }
    }
    const auto [old_end, new_end] = std::mismatch(before.items.begin(), before.items.end(),
                                                  after.items.begin(), after.items.end());
    Change& change = add(Change::Kind::entries, path, before, after);
    change.removed.assign(old_end, before.items.end());
    change.added.assign(new_end, after.items.end());
    change.size = after.items.size();
  }

  void compare_sets(const std::string& path, const Document& before, const Document& after) {
    Change change{Change::Kind::members, path, before, after, {}, {}, after.items.size()};
    for (const Document& item : before.items) {
      if (!contains(after.items, item)) change.removed.push_back(item);
    }
    for (const Document& item : after.items) {
      if (!contains(before.items, item)) change.added.push_back(item);
    }
    // The same ones in another order.
    if (change.removed.empty() && change.added.empty()) change.kind = Change::Kind::value;
    changes.push_back(std::move(change));
  }
};

std::string short_text(const Document& document) {
  const std::string text = document.to_plain_text();
  if (text.size() <= value_width) return text;
  if (document.is_mapping()) return "{..}";
  if (document.is_sequence()) return "[..]";
  return text.substr(0, value_width - 3) + "...";
}

void append_members(std::string& text, char sign, const std::vector<Document>& members) {
  if (members.size() > members_told_max) {
    text.append(" ").append(1, sign).append(std::to_string(members.size()));
    return;
  }
  for (const Document& member : members)
    text.append(" ").append(1, sign).append(short_text(member));
}

std::string change_text(const Change& change) {
  std::string text = change.path;
  switch (change.kind) {
    case Change::Kind::value: {
      const std::string before = short_text(change.before);
      const std::string after = short_text(change.after);
      text += before == after ? " changed" : " " + before + " -> " + after;
      break;
    }
    case Change::Kind::members:
      append_members(text, '-', change.removed);
      append_members(text, '+', change.added);
      if (std::max(change.removed.size(), change.added.size()) > members_told_max)
        text += " (now " + std::to_string(change.size) + ")";
      break;
    case Change::Kind::entries: {
      if (!change.removed.empty()) text += " -" + std::to_string(change.removed.size());
      if (!change.added.empty()) text += " +" + std::to_string(change.added.size());
      const std::size_t last = change.added.empty() ? change.removed.size() : change.added.size();
      text += last == 1 ? " entry" : " entries";
      text += " (now " + std::to_string(change.size) + ")";
      break;
    }
  }
  return change.path.empty() ? text.substr(1) : text;
}

}  // namespace

std::vector<Change> difference(const Document& before, const Document& after) {
  Comparison comparison;
  comparison.compare("", before, after);
  return std::move(comparison.changes);
}

std::string difference_text(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) text += (text.empty() ? "" : ", ") + change_text(change);
  return text;
}

}  // namespace stampede::engine
