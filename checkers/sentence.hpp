// A sentence about operations of a history, as a value: how operations are told is up to who prints
// it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stampede::checkers {

class Sentence {
 public:
  Sentence() = default;
  /// Each '%' of `text` stands for the next one of `operations`, which are positions in the
  /// history.
  Sentence(std::string_view text, const std::vector<std::size_t>& operations);

  /// Adds words as they are.
  Sentence& say(std::string_view words);
  /// Adds the operation at this position.
  Sentence& name(std::size_t operation);

  [[nodiscard]] bool empty() const { return pieces_.empty(); }
  /// The operations that it names, in its order.
  [[nodiscard]] std::vector<std::size_t> operations() const;
  /// The same about operations of a larger history: `positions` says where they stand there.
  [[nodiscard]] Sentence in(const std::vector<std::size_t>& positions) const;
  [[nodiscard]] std::string tell(const std::function<std::string(std::size_t)>& describe) const;

 private:
  struct Piece {
    static constexpr std::size_t words_only = SIZE_MAX;
    std::string words;
    std::size_t operation = words_only;
  };
  std::vector<Piece> pieces_;
};

}  // namespace stampede::checkers
