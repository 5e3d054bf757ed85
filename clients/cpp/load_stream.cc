#include "clients/cpp/load_stream.h"

#include <utility>

#include "clients/cpp/failure.h"

namespace muster::client {

LoadStream::LoadStream(v1::LoadService::Stub* stub, std::string address)
    : address_(std::move(address)), writer_(stub->LoadRecords(&context_, &response_)) {}

LoadStream::~LoadStream() {
  if (finished_) return;
  context_.TryCancel();
  writer_->Finish();
}

bool LoadStream::Feed(const v1::LoadRecordsRequest& request) {
  if (answered_) return false;
  answered_ = !writer_->Write(request);
  return !answered_;
}

absl::StatusOr<v1::LoadRecordsResponse> LoadStream::Commit(uint64_t records) {
  v1::LoadRecordsRequest last;
  last.mutable_commit()->set_records(records);
  if (Feed(last)) writer_->WritesDone();
  finished_ = true;
  absl::Status status = StatusOfCall(writer_->Finish(), address_);
  if (!status.ok()) return status;
  return std::move(response_);
}

}  // namespace muster::client
