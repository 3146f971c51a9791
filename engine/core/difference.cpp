#include "engine/core/difference.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace stampede::engine {
namespace {

/// So many elements of a list may change in place; more, and it is told by its end.
constexpr std::size_t changed_in_place_max = 2;
constexpr std::size_t members_told_max = 4;
constexpr std::size_t value_width = 24;

/// What tells scalars apart.
using Texts = std::set<std::pair<std::string_view, bool>>;

Texts texts_of(const std::vector<Document>& scalars) {
  Texts texts;
  for (const Document& scalar : scalars) texts.emplace(scalar.text, scalar.quoted);
  return texts;
}

bool is_set(const std::vector<Document>& list) {
  return std::all_of(list.begin(), list.end(), [](const auto& item) { return item.is_scalar(); }) &&
         texts_of(list).size() == list.size();
}

/// Of a mapping: states have maps with a hundred thousand keys.
using Members = std::map<std::string_view, const Document*>;

Members members_of(const Document& mapping) {
  Members members;
  for (const Document::Entry& entry : mapping.entries) members.emplace(entry.key, &entry.value);
  return members;
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
    const Members old_members = members_of(before);
    const Members new_members = members_of(after);
    for (const Document::Entry& entry : before.entries) {
      if (new_members.count(entry.key) == 0) removed.push_back(text_document(entry.key));
    }
    for (const Document::Entry& entry : after.entries) {
      if (old_members.count(entry.key) == 0) added.push_back(text_document(entry.key));
    }
    if (!removed.empty() || !added.empty()) {
      Change& change = add(Change::Kind::members, path, before, after);
      change.removed = std::move(removed);
      change.added = std::move(added);
      change.size = after.entries.size();
    }
    for (const Document::Entry& entry : after.entries) {
      const auto old = old_members.find(entry.key);
      if (old == old_members.end()) continue;
      compare(path.empty() ? entry.key : path + "." + entry.key, *old->second, entry.value);
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
    const Texts old_texts = texts_of(before.items);
    const Texts new_texts = texts_of(after.items);
    for (const Document& item : before.items) {
      if (new_texts.count({item.text, item.quoted}) == 0) change.removed.push_back(item);
    }
    for (const Document& item : after.items) {
      if (old_texts.count({item.text, item.quoted}) == 0) change.added.push_back(item);
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
