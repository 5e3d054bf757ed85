// A call whose requests are a stream: something is fed, and then committed.
#ifndef MUSTER_CLIENTS_CPP_FED_STREAM_H_
#define MUSTER_CLIENTS_CPP_FED_STREAM_H_

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/failure.h"
#include "grpcpp/grpcpp.h"

namespace muster::client {

// A server may answer before it has read everything (a refusal, or what needs no more): Feed then returns
// false, and the commit gives that answer. A stream that is destroyed without a commit leaves nothing behind. For
// one thread at a time.
template <typename Request, typename Response>
class FedStream {
 public:
  using Writer = std::unique_ptr<grpc::ClientWriter<Request>>;

  // `open` begins the call. `address`: of the server, for messages.
  FedStream(std::string address, const std::function<Writer(grpc::ClientContext*, Response*)>& open)
      : address_(std::move(address)), writer_(open(&context_, &response_)) {}
  FedStream(const FedStream&) = delete;
  FedStream& operator=(const FedStream&) = delete;

  // Sends one message of at most 16 MiB; waits while the server is behind. False when the server has answered
  // already and reads no more: commit for its answer.
  bool Feed(const Request& request) {
    if (answered_) return false;
    answered_ = !writer_->Write(request);
    return !answered_;
  }

 protected:
  // Abandons what was not committed. Waits some seconds until the server has let it go, so that it can be fed
  // again at once.
  ~FedStream() {
    if (finished_) return;
    // A stream that ends without a commit is refused, and its answer comes when what was fed is gone. Of a
    // cancelled one it would be gone too, but at an unknown time.
    if (!answered_) writer_->WritesDone();
    auto answer = std::async(std::launch::async, [this] { return writer_->Finish(); });
    if (answer.wait_for(kPatience) != std::future_status::ready) context_.TryCancel();
    answer.wait();
  }

  // Ends the stream with its last message and waits for the answer. Errors: the server's; FailureOf has their
  // details. Call it once.
  absl::StatusOr<Response> CommitWith(const Request& last) {
    Feed(last);
    return End();
  }
  // The same without a last message.
  absl::StatusOr<Response> End() {
    if (!answered_) writer_->WritesDone();
    finished_ = true;
    absl::Status status = StatusOfCall(writer_->Finish(), address_);
    if (!status.ok()) return status;
    return std::move(response_);
  }

 private:
  static constexpr std::chrono::seconds kPatience{10};

  const std::string address_;
  grpc::ClientContext context_;
  Response response_;
  Writer writer_;
  bool answered_ = false;  // the server reads no more
  bool finished_ = false;
};

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_FED_STREAM_H_
