#include "histories/import/file_bytes.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace stampede::histories {
namespace {

constexpr std::size_t piece = 65'536;
/// zlib: a gzip header, and the largest window.
constexpr int gzip_window_bits = 16 + MAX_WBITS;

}  // namespace

struct FileBytes::Source {
  explicit Source(const std::string& path) : file(std::fopen(path.c_str(), "rb")) {}
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() {
    if (is_gzip) inflateEnd(&stream);
    if (file != nullptr) std::fclose(file);
  }

  /// Bytes of the file that were not used yet; false at its end, or if it cannot be read.
  bool fill() {
    if (begin < end) return true;
    begin = 0;
    end = std::fread(raw.data(), 1, raw.size(), file);
    return end > 0;
  }
  [[nodiscard]] bool begins_gzip() const {
    return end - begin >= 2 && raw[begin] == 0x1f && raw[begin + 1] == 0x8b;
  }

  std::FILE* file;
  std::array<unsigned char, piece> raw{};
  std::size_t begin = 0;
  std::size_t end = 0;
  z_stream stream{};
  bool is_gzip = false;
  /// Behind the end of a member.
  bool is_between = false;
};

FileBytes::FileBytes(const std::string& path) : source_(std::make_unique<Source>(path)) {
  if (source_->file == nullptr) {
    damage_ = std::strerror(errno);
    return;
  }
  if (!source_->fill() || !source_->begins_gzip()) return;
  if (inflateInit2(&source_->stream, gzip_window_bits) != Z_OK) {
    damage_ = "out of memory";
    return;
  }
  source_->is_gzip = true;
}

FileBytes::FileBytes(FileBytes&&) noexcept = default;
FileBytes& FileBytes::operator=(FileBytes&&) noexcept = default;
FileBytes::~FileBytes() = default;

std::size_t FileBytes::read(char* target, std::size_t count) {
  std::size_t done = 0;
  while (done < count && damage_.empty()) {
    const std::size_t more = source_->is_gzip ? read_member(target + done, count - done)
                                              : read_plain(target + done, count - done);
    if (more == 0) break;
    done += more;
  }
  return done;
}

std::size_t FileBytes::read_plain(char* target, std::size_t count) {
  Source& source = *source_;
  if (!source.fill()) {
    if (std::ferror(source.file) != 0) damage_ = std::strerror(errno);
    return 0;
  }
  const std::size_t taken = std::min(count, source.end - source.begin);
  std::memcpy(target, source.raw.data() + source.begin, taken);
  source.begin += taken;
  return taken;
}

/// Some bytes of what the members hold; none at the end of the last one.
std::size_t FileBytes::read_member(char* target, std::size_t count) {
  Source& source = *source_;
  z_stream& stream = source.stream;
  stream.next_out = reinterpret_cast<unsigned char*>(target);
  stream.avail_out = static_cast<unsigned>(std::min<std::size_t>(count, piece));
  const unsigned room = stream.avail_out;
  while (stream.avail_out == room) {
    const bool any = source.fill();
    if (!any && std::ferror(source.file) != 0) damage_ = std::strerror(errno);
    if (!any && source.is_between) return 0;
    if (!any && damage_.empty()) damage_ = "unexpected end of file";
    if (!any || (source.is_between && !begin_member())) return 0;
    stream.next_in = source.raw.data() + source.begin;
    stream.avail_in = static_cast<unsigned>(source.end - source.begin);
    const int status = inflate(&stream, Z_NO_FLUSH);
    source.begin = source.end - stream.avail_in;
    source.is_between = status == Z_STREAM_END;
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) continue;
    damage_ = stream.msg != nullptr ? stream.msg : "invalid compressed data";
    break;
  }
  return room - stream.avail_out;
}

/// REQUIRES: a byte behind a member.
bool FileBytes::begin_member() {
  Source& source = *source_;
  // What begins one may be cut in two by the pieces that are read.
  if (source.end - source.begin == 1) {
    source.raw[0] = source.raw[source.begin];
    source.begin = 0;
    source.end = 1 + std::fread(source.raw.data() + 1, 1, source.raw.size() - 1, source.file);
  }
  if (!source.begins_gzip()) {
    damage_ = "something that is not gzip stands behind the compressed data";
    return false;
  }
  source.is_between = false;
  inflateReset2(&source.stream, gzip_window_bits);
  return true;
}

}  // namespace stampede::histories
