// A record is its length in four bytes, and a RejectedRecordRecord without its file, which is found by the line.
#include "index/loading/rejections/kept_rejections.h"

#include <string_view>
#include <utility>

#include "absl/types/span.h"
#include "index/bitmap/little_endian.h"
#include "index/catalog/records.pb.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/sum.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr uint64_t kSeed = 0;

// Takes one record from the front of `bytes`. False: it isn't one.
bool TakeRecord(std::string_view& bytes, RejectedRecord& rejected) {
  if (bytes.size() < sizeof(uint32_t)) return false;
  const auto size = LoadLittle<uint32_t>(reinterpret_cast<const uint8_t*>(bytes.data()));
  bytes.remove_prefix(sizeof(uint32_t));
  records::RejectedRecordRecord record;
  if (size > bytes.size() || !record.ParseFromArray(bytes.data(), static_cast<int>(size))) return false;
  bytes.remove_prefix(size);
  rejected.line = record.line();
  rejected.reason = static_cast<Rejection>(record.reason());
  rejected.message = std::move(*record.mutable_message());
  return true;
}

}  // namespace

KeptRejections::KeptRejections(std::string folder, uint64_t bytes_max)
    : folder_(std::move(folder)), bytes_max_(bytes_max) {}

void KeptRejections::Add(const RejectedRecord& rejected) {
  records::RejectedRecordRecord record;
  record.set_line(rejected.line);
  record.set_reason(static_cast<uint32_t>(rejected.reason));
  record.set_message(rejected.message);
  const std::string encoded = record.SerializeAsString();
  MutexLock lock(mutex_);
  if (missing_ == 0 && bytes_ + encoded.size() + sizeof(uint32_t) > bytes_max_)
    why_ = Sentence("the server keeps ", bytes_max_ >> 20, " MiB of rejected records for a load");
  if (missing_ == 0 && why_.empty() && rest_.size() >= kBlockBytes) {
    if (const absl::Status written = WriteBlock(); !written.ok()) why_ = std::string(written.message());
  }
  if (!why_.empty()) {
    ++missing_;
    return;
  }
  const auto size = static_cast<uint32_t>(encoded.size());
  char length[sizeof(size)];
  StoreLittle(reinterpret_cast<uint8_t*>(length), size);
  rest_.append(length, sizeof(length));
  rest_ += encoded;
  bytes_ += sizeof(length) + encoded.size();
}

void KeptRejections::AddFile(const InputFile& file) {
  MutexLock lock(mutex_);
  files_.Add(file);
}

absl::Status KeptRejections::WriteBlock() {
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, ScratchFile::Open(folder_, "rejected records of a load"));
  }
  const Block block{file_->size(), rest_.size(), SumOf(rest_, kSeed)};
  RETURN_IF_ERROR(file_->Append(rest_));
  blocks_.push_back(block);
  rest_.clear();
  return absl::OkStatus();
}

KeptRejections::Reading KeptRejections::BeginReading() const {
  MutexLock lock(mutex_);
  return {blocks_.size(), rest_, missing_, why_};
}

absl::StatusOr<std::string> KeptRejections::ReadBlock(size_t block) const {
  MutexLock lock(mutex_);
  const Block& about = blocks_[block];
  std::string bytes(about.bytes, '\0');
  RETURN_IF_ERROR(file_->Read(about.at, absl::MakeSpan(bytes.data(), bytes.size())));
  if (SumOf(bytes, kSeed) != about.sum) return file_->Damaged();
  return bytes;
}

absl::StatusOr<std::vector<RejectedRecord>> KeptRejections::Read(const Reading& reading, size_t block) const {
  std::string bytes = reading.rest;
  if (block < reading.blocks) {
    ASSIGN_OR_RETURN(bytes, ReadBlock(block));
  }
  std::vector<RejectedRecord> records;
  std::string_view left = bytes;
  while (!left.empty()) {
    if (!TakeRecord(left, records.emplace_back())) {
      return absl::InternalError("a rejected record can't be read back; load again to see it");
    }
  }
  MutexLock lock(mutex_);
  for (RejectedRecord& record : records) files_.Name(record);
  return records;
}

uint64_t KeptRejections::ByteSize() const {
  MutexLock lock(mutex_);
  return rest_.capacity() + blocks_.capacity() * sizeof(Block) + files_.ByteSize();
}

uint64_t KeptRejections::disk_bytes() const {
  MutexLock lock(mutex_);
  return file_ == nullptr ? 0 : file_->size();
}

}  // namespace muster::index
