#include "viewer/field_index.hpp"

#include <algorithm>
#include <bit>

#include "engine/core/hash.hpp"
#include "engine/core/json_text.hpp"

namespace stampede::viewer {
namespace {

static_assert(std::endian::native == std::endian::little, "answers are written as they stand");

constexpr std::uint32_t no_name = UINT32_MAX;

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return lower;
}

void append_number(std::string& bytes, std::uint32_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

}  // namespace

/// Goes once through what a step carries or changes, from the front.
class FieldIndex::Walk {
 public:
  Walk(FieldIndex& index, std::uint64_t step, std::string_view json)
      : index_(index), step_(static_cast<std::uint32_t>(step)), json_(json) {}

  void value(std::uint32_t name) {
    const std::size_t start = at_;
    if (json_[at_] == '{') {
      members([&] { value(key()); });
    } else if (json_[at_] == '[') {
      members([&] { value(name); });
    } else {
      at_ = engine::end_of_value(json_, at_);
    }
    if (name != no_name && at_ - start <= value_length_max)
      index_.postings_[name].push_back(
          {step_, index_.values_.number_of(json_.substr(start, at_ - start))});
  }
  /// One of the three that engine/core/edit.hpp tells of.
  void edit(std::uint32_t name) {
    members([&] {
      const std::string_view what = text();
      ++at_;
      if (what == "in") {
        members([&] { inside(name); });
      } else if (what == "to" || what == "put") {
        what == "to" ? value(name) : members([&] { value(name); });
      } else {
        at_ = engine::end_of_value(json_, at_);
      }
    });
  }
  std::uint32_t name_of(std::string_view key) {
    const std::uint32_t name = index_.names_.number_of(in_lower_case(key));
    if (name == index_.postings_.size()) index_.postings_.emplace_back();
    return name;
  }

 private:
  /// Of an object or an array, the bracket at its front.
  template <class Each>
  void members(const Each& each) {
    ++at_;
    while (json_[at_] != '}' && json_[at_] != ']') {
      each();
      if (json_[at_] == ',') ++at_;
    }
    ++at_;
  }
  /// `[key, edit]`; of an array the key is a place.
  void inside(std::uint32_t name) {
    ++at_;
    if (json_[at_] == '"') {
      name = name_of(text());
    } else {
      at_ = engine::end_of_value(json_, at_);
    }
    ++at_;
    edit(name);
    ++at_;
  }
  std::string_view text() {
    const std::size_t start = at_;
    at_ = engine::end_of_text(json_, at_);
    return json_.substr(start + 1, at_ - start - 2);
  }
  std::uint32_t key() {
    const std::uint32_t name = name_of(text());
    ++at_;
    return name;
  }

  FieldIndex& index_;
  std::uint32_t step_;
  std::string_view json_;
  std::size_t at_ = 0;
};

std::size_t FieldIndex::Texts::Hash::operator()(std::string_view text) const {
  return engine::hash_bytes(text);
}

std::uint32_t FieldIndex::Texts::number_of(std::string_view text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(all_.size());
  numbers_.emplace(all_.emplace_back(text), number);
  return number;
}

std::size_t FieldIndex::Texts::find(std::string_view text) const {
  const auto known = numbers_.find(text);
  return known == numbers_.end() ? all_.size() : known->second;
}

std::vector<bool> FieldIndex::Texts::having(std::string_view word) const {
  std::vector<bool> have(all_.size());
  std::transform(all_.begin(), all_.end(), have.begin(), [&](const std::string& text) {
    return in_lower_case(text).find(word) != std::string::npos;
  });
  return have;
}

void FieldIndex::note(std::uint64_t step, std::string_view json, std::string_view key) {
  Walk walk(*this, step, json);
  walk.value(key.empty() ? no_name : walk.name_of(key));
}

void FieldIndex::note_edit(std::uint64_t step, std::string_view edit) {
  Walk(*this, step, edit).edit(no_name);
}

std::string FieldIndex::field(std::string_view name) const {
  const std::size_t place = names_.find(in_lower_case(name));
  static const std::vector<Posting> none;
  const std::vector<Posting>& postings = place == names_.size() ? none : postings_[place];
  std::string bytes;
  append_number(bytes, static_cast<std::uint32_t>(postings.size()));
  for (const Posting& posting : postings) append_number(bytes, posting.step);
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> told;
  std::string values = "[";
  for (const Posting& posting : postings) {
    const auto [number, is_new] =
        told.try_emplace(posting.value, static_cast<std::uint32_t>(told.size()));
    append_number(bytes, number->second);
    if (!is_new) continue;
    if (values.size() > 1) values += ',';
    values += values_.at(posting.value);
  }
  return bytes + values + "]";
}

std::string FieldIndex::word(std::string_view word) const {
  const std::string lower = in_lower_case(word);
  const std::vector<bool> names = names_.having(lower);
  const std::vector<bool> values = values_.having(lower);
  std::vector<bool> has;
  for (std::size_t name = 0; name < postings_.size(); ++name) {
    for (const Posting& posting : postings_[name]) {
      if (!names[name] && !values[posting.value]) continue;
      if (posting.step >= has.size()) has.resize(posting.step + 1);
      has[posting.step] = true;
    }
  }
  std::string bytes;
  for (std::size_t step = 0; step < has.size(); ++step) {
    if (has[step]) append_number(bytes, static_cast<std::uint32_t>(step));
  }
  return bytes;
}

}  // namespace stampede::viewer
