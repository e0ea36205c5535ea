package validate

import "github.com/prebounce/prebounce/validate/reply"

// replyReasons is the one table from what a reply says to why an address has its verdict. What the host has
// against us, the message or a command says nothing about the mailbox, so all three come to the same.
var replyReasons = [...]Reason{
	reply.Undetermined:    Undetermined,
	reply.Accepted:        Accepted,
	reply.MailboxUnknown:  MailboxUnknown,
	reply.MailboxFull:     MailboxFull,
	reply.MailboxDisabled: MailboxDisabled,
	reply.MailboxMoved:    MailboxMoved,
	reply.SenderBlocked:   SenderBlocked,
	reply.RateLimited:     RateLimited,
	reply.Greylisted:      Greylisted,
	reply.Temporary:       Temporary,
	reply.RelayDenied:     RelayDenied,
	reply.DomainProblem:   DomainRefused,
	reply.ContentRejected: SenderBlocked,
	reply.ProtocolProblem: SenderBlocked,
	reply.Suppressed:      Undetermined, // only our own service can say so, and a mail host isn't it
}

// reasonFor gives the reason that a class of replies stands for, as far as the reply alone says; see [Answer.Reason].
func reasonFor(c reply.Class) Reason { return replyReasons[c] }
