#include "loaders/files/text_decoder.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster::loaders {
namespace {

constexpr size_t kEncodedBytes = 64 << 10;
constexpr size_t kUnits = 64 << 10;
constexpr size_t kUtf8BytesOfUnit = 3;

class Decoder : public ByteSource {
 public:
  Decoder(std::unique_ptr<ByteSource> bytes, std::string start, std::string encoding, UConverter* converter)
      : bytes_(std::move(bytes)),
        encoding_(std::move(encoding)),
        converter_(converter),
        block_(std::move(start)),
        units_(kUnits) {
    text_.reserve(kUnits * kUtf8BytesOfUnit);
  }
  ~Decoder() override { ucnv_close(converter_); }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    while (given_ == text_.size()) {
      if (ended_) return size_t{0};
      RETURN_IF_ERROR(DecodeSome());
    }
    const size_t bytes = std::min(buffer.size(), text_.size() - given_);
    std::memcpy(buffer.data(), text_.data() + given_, bytes);
    given_ += bytes;
    return bytes;
  }

 private:
  // Decodes the next bytes into text_, which may remain empty.
  absl::Status DecodeSome() {
    given_ = 0;
    text_.clear();
    if (taken_ == block_.size() && !bytes_ended_) {
      block_.resize(kEncodedBytes);
      ASSIGN_OR_RETURN(auto got, bytes_->Read(absl::MakeSpan(block_)));
      block_.resize(got);
      taken_ = 0;
      bytes_ended_ = got == 0;
    }
    UErrorCode error = U_ZERO_ERROR;
    const char* source = block_.data() + taken_;
    UChar* target = units_.data() + held_;
    ucnv_toUnicode(converter_, &target, units_.data() + units_.size(), &source, block_.data() + block_.size(),
                   nullptr, static_cast<UBool>(bytes_ended_), &error);
    taken_ = static_cast<size_t>(source - block_.data());
    const auto units = static_cast<size_t>(target - units_.data());
    line_ += static_cast<uint64_t>(std::count(units_.data() + held_, target, u'\n'));
    if (U_FAILURE(error) && error != U_BUFFER_OVERFLOW_ERROR) return NotEncoded();
    ended_ = bytes_ended_ && error != U_BUFFER_OVERFLOW_ERROR;
    return Encode(units);
  }

  // Converts the first `units` units to UTF-8; the first half of a surrogate pair is held back.
  absl::Status Encode(size_t units) {
    held_ = units > 0 && !ended_ && U16_IS_LEAD(units_[units - 1]) ? 1 : 0;
    const UChar last = units > 0 ? units_[units - 1] : 0;
    const auto whole = static_cast<int32_t>(units - held_);
    text_.resize(units * kUtf8BytesOfUnit);
    int32_t bytes = 0;
    UErrorCode error = U_ZERO_ERROR;
    if (whole > 0) {
      u_strToUTF8(text_.data(), static_cast<int32_t>(text_.size()), &bytes, units_.data(), whole, &error);
    }
    text_.resize(static_cast<size_t>(bytes));
    if (held_ == 1) units_[0] = last;
    return U_FAILURE(error) ? NotEncoded() : absl::OkStatus();
  }

  absl::Status NotEncoded() const {
    return absl::InvalidArgumentError(absl::StrCat("line ", line_, ": the bytes here are not ",
                                                   absl::AsciiStrToUpper(encoding_),
                                                   "; declare the encoding that the file has"));
  }

  const std::unique_ptr<ByteSource> bytes_;
  const std::string encoding_;
  UConverter* const converter_;
  std::string block_;  // undecoded bytes, of which taken_ are consumed
  size_t taken_ = 0;
  bool bytes_ended_ = false;
  std::vector<UChar> units_;
  size_t held_ = 0;   // units left over from before
  std::string text_;  // decoded, of which given_ bytes were returned
  size_t given_ = 0;
  bool ended_ = false;
  uint64_t line_ = 1;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> DecodedText(std::unique_ptr<ByteSource> bytes, std::string start,
                                                        const std::string& encoding) {
  UErrorCode error = U_ZERO_ERROR;
  UConverter* const converter = ucnv_open(encoding.c_str(), &error);
  if (U_FAILURE(error)) {
    return absl::InternalError(absl::StrCat("this ICU can't read ", encoding, " (", u_errorName(error),
                                            "); convert the file to UTF-8"));
  }
  ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  return std::make_unique<Decoder>(std::move(bytes), std::move(start), encoding, converter);
}

}  // namespace muster::loaders
