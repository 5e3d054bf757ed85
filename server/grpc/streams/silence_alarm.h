// Notices a client that keeps a stream open and says nothing.
#ifndef MUSTER_SERVER_GRPC_SILENCE_ALARM_H_
#define MUSTER_SERVER_GRPC_SILENCE_ALARM_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/alarm.h"
#include "server/admission/call_limit.h"

namespace muster::server {

// Armed before each read and disarmed when its message is there. When that takes longer than `patience`,
// `on_silence` is called, once, on a thread of gRPC's, and the next Disarm says so: exactly one of the two
// goes on with the stream. The same happens when the call is asked to end while it is armed. Arm and Disarm
// take turns.
class SilenceAlarm {
 public:
  // `on_silence`: gets OK when the patience is over, and else why the call is to end. Called on any thread,
  // where it must not end the call itself, but have another thread do it.
  SilenceAlarm(absl::Duration patience, std::function<void(const absl::Status& why)> on_silence);
  ~SilenceAlarm();

  void Arm();
  // False: it is too late, and the stream is on_silence's.
  bool Disarm();
  // The call, as a CallLimit takes it: it waits for its client while the alarm is armed.
  std::shared_ptr<HeldCall> call() const;

 private:
  struct State;
  const absl::Duration patience_;
  const std::shared_ptr<State> state_;  // shared with alarms that were cancelled too late
  std::unique_ptr<grpc::Alarm> alarm_;  // of the read under way
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_SILENCE_ALARM_H_
