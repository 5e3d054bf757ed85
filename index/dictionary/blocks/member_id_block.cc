#include "index/dictionary/blocks/member_id_block.h"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "index/bitmap/little_endian.h"
#include "index/dictionary/blocks/packed_numbers.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"

namespace muster::index {
namespace {

constexpr char kIdBlockFormat = 2;
constexpr size_t kIdHeaderBytes = 12;
constexpr size_t kTextHeaderBytes = kIdHeaderBytes + 6;
constexpr size_t kDecimalHeaderBytes = kIdHeaderBytes + 12;
constexpr size_t kDigitsHeaderBytes = kIdHeaderBytes + 4;
constexpr size_t kDecimalDigitsMax = 19;

template <typename Number>
Number NumberAt(std::string_view bytes, size_t at) {
  return LoadLittle<Number>(reinterpret_cast<const uint8_t*>(bytes.data()) + at);
}

absl::Status DamagedIds(std::string_view why) { return Corrupt("block of member ids", why); }
absl::Status ImpossibleSizes() { return DamagedIds("the sizes of its parts are impossible"); }

// Both digits of each byte, one after another.
struct DigitPairs {
  constexpr explicit DigitPairs(const char* digits) {
    for (int i = 0; i < 256; ++i) {
      text[2 * i] = digits[i >> 4];
      text[2 * i + 1] = digits[i & 15];
    }
  }
  char text[512] = {};
};
constexpr DigitPairs kLowerPairs("0123456789abcdef");
constexpr DigitPairs kUpperPairs("0123456789ABCDEF");

bool BitAt(std::string_view bits, size_t at) {
  return (static_cast<uint8_t>(bits[at / 8]) >> at % 8 & 1) != 0;
}

}  // namespace

uint64_t SumWithId(uint64_t sum_before, std::string_view id) {
  return XXH3_64bits_withSeed(id.data(), id.size(), sum_before);
}

absl::Status MemberIdBlock::Damaged() { return DamagedIds("an id leaves it"); }

absl::StatusOr<MemberIdBlock> MemberIdBlock::Parse(std::string_view bytes) {
  if (bytes.size() < kIdHeaderBytes || bytes.size() > kIdBlockBytesMax)
    return DamagedIds("its size is impossible");
  if (bytes[0] != kIdBlockFormat) return DamagedIds("its format is unknown");
  MemberIdBlock block;
  block.form_ = static_cast<IdForm>(bytes[1]);
  block.count_ = NumberAt<uint16_t>(bytes, 2);
  block.sum_before_ = NumberAt<uint64_t>(bytes, 4);
  if (block.count_ == 0) return DamagedIds("its count is impossible");
  switch (block.form_) {
    case IdForm::kText:
      RETURN_IF_ERROR(block.ParseText(bytes));
      return block;
    case IdForm::kDecimal:
      RETURN_IF_ERROR(block.ParseDecimal(bytes));
      return block;
    case IdForm::kDigits:
      RETURN_IF_ERROR(block.ParseDigits(bytes));
      return block;
  }
  return DamagedIds("its form is unknown");
}

absl::Status MemberIdBlock::ParseText(std::string_view bytes) {
  if (bytes.size() < kTextHeaderBytes) return ImpossibleSizes();
  const size_t beginning = NumberAt<uint16_t>(bytes, kIdHeaderBytes);
  size_bytes_ = static_cast<uint8_t>(bytes[kIdHeaderBytes + 2]);
  one_size_ = NumberAt<uint16_t>(bytes, kIdHeaderBytes + 4);
  std::string_view rest = bytes.substr(kTextHeaderBytes);
  const size_t restarts =
      size_bytes_ == 0 ? 0 : (count_ + kIdsPerRestart - 1) / kIdsPerRestart * sizeof(uint16_t);
  if (size_bytes_ > 2 || bytes[kIdHeaderBytes + 3] != '\0' || beginning > kMemberIdBytesMax ||
      rest.size() < beginning + restarts + count_ * size_bytes_)
    return ImpossibleSizes();
  beginning_ = rest.substr(0, beginning);
  restarts_ = rest.substr(beginning, restarts);
  sizes_ = rest.substr(beginning + restarts, count_ * size_bytes_);
  entries_ = rest.substr(beginning + restarts + sizes_.size());
  if (size_bytes_ == 0 &&
      (entries_.size() != count_ * one_size_ || beginning + one_size_ > kMemberIdBytesMax))
    return ImpossibleSizes();
  return absl::OkStatus();
}

absl::Status MemberIdBlock::ParseDecimal(std::string_view bytes) {
  if (bytes.size() < kDecimalHeaderBytes) return ImpossibleSizes();
  const size_t beginning = NumberAt<uint16_t>(bytes, kIdHeaderBytes);
  width_ = static_cast<uint8_t>(bytes[kIdHeaderBytes + 2]);
  bits_ = static_cast<uint8_t>(bytes[kIdHeaderBytes + 3]);
  least_ = NumberAt<uint64_t>(bytes, kIdHeaderBytes + 4);
  if (width_ > kDecimalDigitsMax || (bits_ > kPackedBitsMax && bits_ != 64) ||
      beginning > kMemberIdBytesMax ||
      bytes.size() != kDecimalHeaderBytes + beginning + PackedBytes(count_, bits_))
    return ImpossibleSizes();
  beginning_ = bytes.substr(kDecimalHeaderBytes, beginning);
  entries_ = bytes.substr(kDecimalHeaderBytes + beginning);
  return absl::OkStatus();
}

absl::Status MemberIdBlock::ParseDigits(std::string_view bytes) {
  if (bytes.size() < kDigitsHeaderBytes) return ImpossibleSizes();
  const size_t size = NumberAt<uint16_t>(bytes, kIdHeaderBytes);
  const size_t mask = (size + 7) / 8;
  upper_ = bytes[kIdHeaderBytes + 2] != '\0';
  if (size > kDigitsIdBytesMax || bytes.size() < kDigitsHeaderBytes + size + mask) return ImpossibleSizes();
  beginning_ = bytes.substr(kDigitsHeaderBytes, size);
  differing_ = bytes.substr(kDigitsHeaderBytes + size, mask);
  entries_ = bytes.substr(kDigitsHeaderBytes + size + mask);
  size_t digits = 0;
  for (size_t at = 0; at < size; ++at) digits += BitAt(differing_, at) ? 1 : 0;
  entry_bytes_ = (digits + 1) / 2;
  return entries_.size() == count_ * entry_bytes_ ? absl::OkStatus() : ImpossibleSizes();
}

absl::StatusOr<uint64_t> MemberIdBlock::SumTo(size_t count) const {
  uint64_t sum = sum_before_;
  RETURN_IF_ERROR(Visit(0, count, [&sum](size_t, std::string_view id) { sum = SumWithId(sum, id); }));
  return sum;
}

absl::Status MemberIdBlock::Visit(size_t begin, size_t end,
                                  absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  MemberIdReader reader(*this);
  for (size_t index = begin; index < end; ++index) {
    std::string_view id;
    if (!reader.Read(index, id)) return Damaged();
    visit(index, id);
  }
  return absl::OkStatus();
}

MemberIdReader::MemberIdReader(const MemberIdBlock& block) : block_(block) {
  const std::string_view beginning = block_.beginning_;
  std::copy(beginning.begin(), beginning.end(), text_.begin());
  if (block_.form_ != IdForm::kDigits) return;
  for (size_t at = 0; at < beginning.size(); ++at) {
    if (!BitAt(block_.differing_, at)) continue;
    const bool begins = at == 0 || !BitAt(block_.differing_, at - 1);
    if (begins) runs_[run_count_++] = {static_cast<uint16_t>(at), 0};
    ++runs_[run_count_ - 1].size;
  }
}

bool MemberIdReader::Read(size_t index, std::string_view& id) {
  switch (block_.form_) {
    case IdForm::kText:
      return ReadText(index, id);
    case IdForm::kDecimal:
      return ReadDecimal(index, id);
    case IdForm::kDigits:
      ReadDigits(index, id);
      return true;
  }
  return false;
}

bool MemberIdReader::WithBeginning(size_t at, size_t size, std::string_view& id) {
  const size_t beginning = block_.beginning_.size();
  if (at + size > block_.entries_.size() || beginning + size > kMemberIdBytesMax) return false;
  if (beginning == 0) {
    id = block_.entries_.substr(at, size);
    return true;
  }
  std::memcpy(text_.data() + beginning, block_.entries_.data() + at, size);
  id = {text_.data(), beginning + size};
  return true;
}

bool MemberIdReader::ReadText(size_t index, std::string_view& id) {
  if (block_.size_bytes_ == 0) return WithBeginning(index * block_.one_size_, block_.one_size_, id);
  const auto size_of = [this](size_t i) -> size_t {
    return block_.size_bytes_ == 1 ? static_cast<uint8_t>(block_.sizes_[i])
                                   : NumberAt<uint16_t>(block_.sizes_, i * sizeof(uint16_t));
  };
  const size_t restart = index / kIdsPerRestart;
  if (index < next_ || restart * kIdsPerRestart > next_ || next_ == 0) {
    next_ = restart * kIdsPerRestart;
    next_at_ = NumberAt<uint16_t>(block_.restarts_, restart * sizeof(uint16_t));
  }
  for (; next_ < index; ++next_) next_at_ += size_of(next_);
  const size_t at = next_at_;
  const size_t size = size_of(index);
  next_at_ += size;
  ++next_;
  return WithBeginning(at, size, id);
}

bool MemberIdReader::ReadDecimal(size_t index, std::string_view& id) {
  const uint64_t number = block_.least_ + ReadPacked(block_.entries_, index, block_.bits_);
  char digits[20];
  const size_t count =
      static_cast<size_t>(std::to_chars(digits, digits + sizeof(digits), number).ptr - digits);
  char* to = text_.data() + block_.beginning_.size();
  if (block_.width_ > 0) {
    if (count > block_.width_) return false;
    std::memset(to, '0', block_.width_ - count);
    to += block_.width_ - count;
  }
  std::memcpy(to, digits, count);
  id = {text_.data(), static_cast<size_t>(to + count - text_.data())};
  return id.size() <= kMemberIdBytesMax;
}

void MemberIdReader::ReadDigits(size_t index, std::string_view& id) {
  const char* const pairs = block_.upper_ ? kUpperPairs.text : kLowerPairs.text;
  const char* const entry = block_.entries_.data() + index * block_.entry_bytes_;
  char digits[kDigitsIdBytesMax + 1];
  for (size_t i = 0; i < block_.entry_bytes_; ++i)
    std::memcpy(digits + 2 * i, pairs + size_t{2} * static_cast<uint8_t>(entry[i]), 2);
  const char* from = digits;
  for (size_t i = 0; i < run_count_; ++i) {
    std::memcpy(text_.data() + runs_[i].at, from, runs_[i].size);
    from += runs_[i].size;
  }
  id = {text_.data(), block_.beginning_.size()};
}

}  // namespace muster::index
