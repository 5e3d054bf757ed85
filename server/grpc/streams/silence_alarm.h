// Detects a client that keeps a stream open without sending.
#ifndef MUSTER_SERVER_GRPC_SILENCE_ALARM_H_
#define MUSTER_SERVER_GRPC_SILENCE_ALARM_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "server/admission/call_limit.h"

namespace muster::server {

// Armed before each read and disarmed when the message has arrived. If that takes longer than `patience`,
// `on_silence` is called once, on one of gRPC's threads, and the next Disarm returns false: exactly one of
// the two continues the stream. The same happens when the call is ended from outside while the alarm is
// armed. Arm and Disarm are called alternately.
class SilenceAlarm {
 public:
  // `on_silence`: receives OK when `patience` has passed, otherwise the reason why the call is to end. Called
  // on any thread; must not end the call itself, but have another thread do it.
  SilenceAlarm(absl::Duration patience, std::function<void(const absl::Status& why)> on_silence);
  ~SilenceAlarm();

  void Arm();
  // False: too late, `on_silence` has taken over the stream.
  bool Disarm();
  // The call as a HeldCall: it is blocked on its client while the alarm is armed.
  std::shared_ptr<HeldCall> call() const;

 private:
  struct State;
  const absl::Duration patience_;
  const std::shared_ptr<State> state_;  // shared with alarms that were cancelled too late
  std::unique_ptr<grpc::Alarm> alarm_;  // of the read under way
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_SILENCE_ALARM_H_
