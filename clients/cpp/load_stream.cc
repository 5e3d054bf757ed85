#include "clients/cpp/load_stream.h"

#include <chrono>
#include <future>
#include <utility>

#include "clients/cpp/failure.h"

namespace muster::client {
namespace {

constexpr std::chrono::seconds kPatience(10);

}  // namespace

LoadStream::LoadStream(v1::LoadService::Stub* stub, std::string address)
    : address_(std::move(address)), writer_(stub->LoadRecords(&context_, &response_)) {}

LoadStream::~LoadStream() {
  if (finished_) return;
  // The server refuses a stream that ends without a commit, and answers once the load is gone. Cancelling
  // would also remove the load, but at an unknown time.
  if (!answered_) writer_->WritesDone();
  auto answer = std::async(std::launch::async, [this] { return writer_->Finish(); });
  if (answer.wait_for(kPatience) != std::future_status::ready) context_.TryCancel();
  answer.wait();
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
