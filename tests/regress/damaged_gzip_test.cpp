// Repaired: what stands behind the first member of a gzip file was dropped where it was damaged, or
// no gzip, and the history judged `ok` up to there.
#include <zlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "histories/import/input_text.hpp"

namespace stampede::tests {
namespace {

std::string gzip_member(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  std::string copy = text;
  stream.next_in = reinterpret_cast<unsigned char*>(copy.data());
  stream.avail_in = static_cast<unsigned>(copy.size());
  stream.next_out = reinterpret_cast<unsigned char*>(packed.data());
  stream.avail_out = static_cast<unsigned>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// The whole text, or what is said of the damage.
std::string read_back(const std::string& bytes) {
  const auto path = std::filesystem::temp_directory_path() / "damaged_gzip_test.gz";
  std::ofstream(path, std::ios::binary) << bytes;
  std::string text;
  try {
    histories::InputText input = histories::InputText::open(path.string());
    while (input.peek() != histories::InputText::end) text += static_cast<char>(input.take());
  } catch (const engine::InputError& error) {
    const std::string what = error.what();
    text = what.substr(what.find("error: "));
  }
  std::filesystem::remove(path);
  return text;
}

}  // namespace

TEST_CASE("regress: all members of a gzip file are read", "[regress][unit]") {
  CHECK(read_back("") == "");
  CHECK(read_back("plain\n") == "plain\n");
  CHECK(read_back("\x1f") == "\x1f");
  CHECK(read_back(gzip_member("one\n")) == "one\n");
  CHECK(read_back(gzip_member("one\n") + gzip_member("") + gzip_member("two\n")) == "one\ntwo\n");
  // Members larger than what is read at a time, and one that begins across two of its pieces.
  std::string large;
  for (int line = 0; line < 40'000; ++line) large += std::to_string(line * 7919) + "\n";
  CHECK(read_back(gzip_member(large) + gzip_member(large)) == large + large);
}

TEST_CASE("regress: what is damaged in a gzip file, or stands behind it, is an error",
          "[regress][input]") {
  const std::string one = gzip_member("one\n");
  const std::string two = gzip_member("two\n");
  const std::string hint = "\nhint: is the file damaged or cut off?";
  const std::string behind =
      "error: cannot read on: something that is not gzip stands behind the compressed data" + hint;
  CHECK(read_back(one + "plain\n") == behind);
  CHECK(read_back(one + "\n") == behind);
  CHECK(read_back(one + "\x1f") == behind);
  // Any bit of the second member: nothing is read as if it were not there. Some bits mean nothing.
  std::size_t found = 0;
  for (std::size_t at = 0; at < two.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string flipped = two;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(flipped[at]) ^ (1U << bit));
      const std::string back = read_back(one + flipped);
      INFO("bit " << bit << " of byte " << at);
      CHECK((back == "one\ntwo\n" || back.find("error: ") == 0));
      if (back.find("error: ") == 0) ++found;
    }
  }
  CHECK(found > 100);
  for (std::size_t size = 1; size < two.size(); ++size) {
    CHECK(read_back(one + two.substr(0, size)).find("error: cannot read on: ") == 0);
    if (size >= 2) CHECK(read_back(two.substr(0, size)).find("error: cannot read on: ") == 0);
  }
}

}  // namespace stampede::tests
