/* The protocol by which Understudy changes the world, small enough to try everything that can happen.
 *
 * One pair of planes, one name, the record in each plane's cluster. A bastion reads an object, writes down what it
 * intends, sends one change, and reads again. Changes travel as they like: they come late, or not, and so do answers.
 * The bastion is killed between any two of its actions; people call the run off, undo it or move the service by hand;
 * a copy of the bastion, or another one, may act beside it. README.md says which part of the product each line stands
 * for and what is left out; scripts/model runs every variant.
 *
 * WORLD: what there is besides one bastion with its journal. All off.
 *   KILLS=n     it is killed, and started again with its journal, up to n times
 *   RUNS=n      it moves the service n times, there and back
 *   RESTORED    once, its disk comes back from a backup that is older than any run
 *   UNDO        people undo the run before its point of no return
 *   ABORT       people call the run off before its first intent
 *   OPERATOR    something in the old cluster starts the writers again, once, before the fence is read again
 *   BY_HAND     people do, once, what the bastion has just ordered
 *   OWED        the old plane may be passed over with a waiver; people may bring the service back by hand
 *   CLONE       a copy of the bastion, with the same journal, acts beside it
 *   BASTION     another bastion takes over when the first is gone for good, and moves the service up to RUNS_OF_SECOND;
 *   ALIVE       ... or when people only believe so
 *
 * PROTOCOL: what may be left out, to see that it is needed. All there.
 *   TOKEN=0     a change is sent without what it rests on: the server takes it whatever happened meanwhile
 *   WAIT=n      an effect of unknown end is waited for: 2 until the server's time is over, 1 until no byte can leave, 0 not
 *   NO_..., UNKNOWN_..., UNREADABLE_..., NOT_DURABLE     where they stand
 *
 * REACH condition: an end that must be reachable, lest a variant hold for want of anything happening.
 */
#ifndef KILLS
#define KILLS 0
#endif
#ifndef RUNS
#define RUNS 1
#endif
#ifndef RUNS_OF_SECOND
#define RUNS_OF_SECOND (RUNS + 1)
#endif
#ifdef CLONE
#define INSTANCE_OF_SECOND 0
#else
#define INSTANCE_OF_SECOND 1
#endif
#ifndef TOKEN
#define TOKEN 1
#endif
#ifndef WAIT
#define WAIT 2
#endif
#if defined(CLONE) || defined(BASTION)
#define BASTIONS 2
#else
#define BASTIONS 1
#endif
#define SLOTS 2

/* Objects: the writers of plane 0, those of plane 1 (value 1: they run), and the name (value: the plane it names). */
#define NAME 2
#define NOTHING 3
bit value[3];
byte mark[3];           /* epoch of the last change of ours: the annotation; of the name, its token record */

/* The record in each plane's cluster: read, compared and set in one go, because a write names the version it read. */
byte record_epoch[2];   /* 0: there is none */
bit record_owner[2], record_from[2];

/* Changes under way. */
#define FREE 0
#define SENT 1          /* on the wire: none is for longer than D */
#define SERVED 2        /* the server has it: none is for longer than its own limit */
byte stage[SLOTS], object[SLOTS], epoch_of[SLOTS];
bit goal[SLOTS], rests[SLOTS], sender[SLOTS], debt[SLOTS];
/* rests: the object is still as it was read, so the server's comparison holds. The same for what a bastion has read: */
byte reading_of[BASTIONS];
bit reading_rests[BASTIONS];

#define UNANSWERED 0
#define APPLIED 1
#define REFUSED 2
byte answer[BASTIONS];

/* What must hold. */
byte closed = 0;        /* epoch of the last run that was told to have ended */
byte newest = 0;        /* epoch of the last run that was begun */
bit is_right[3];        /* what the objects have to be after the last end */
bit waived = 0;         /* people signed for both planes being active */
bit adopted = 0;        /* people moved the service back, and were told that it is recorded */
bit guarded = 0;        /* the fence was read again before the promotion */
byte finished = 0;
byte kills = 0;
bit is_restored = 0;

#ifdef ALIVE
#define MEANWHILE true      /* two of them act at once: what one was told need not be how it stays */
#else
#define MEANWHILE false
#endif
#if defined(ALIVE) || (defined(BASTION) && defined(UNDO))
#define ENDS_AS_TOLD false  /* an undo gives back what its own bastion's run had changed */
#else
#define ENDS_AS_TOLD true
#endif

#define NEVER_TWO (!(value[0] && value[1]) || waived)
#define MINE(i, who) (stage[i] != FREE && sender[i] == who)
#define IS_OPEN(who) (MINE(0, who) || MINE(1, who))
#define IS_ON_WIRE(who) ((MINE(0, who) && stage[0] == SENT) || (MINE(1, who) && stage[1] == SENT))
#if WAIT == 2
#define MAY_LAND(who) IS_OPEN(who)
#elif WAIT == 1
#define MAY_LAND(who) IS_ON_WIRE(who)
#else
#define MAY_LAND(who) false
#endif

inline forget(i)
{
    stage[i] = FREE; object[i] = 0; epoch_of[i] = 0; goal[i] = 0; rests[i] = 0; sender[i] = 0; debt[i] = 0
}

/* Any write makes a version of the object that nobody has read yet. */
inline write(o, to)
{
    value[o] = to;
    if :: object[0] == o -> rests[0] = 0 :: else fi;
    if :: object[1] == o -> rests[1] = 0 :: else fi;
    if :: reading_of[0] == o -> reading_rests[0] = 0 :: else fi;
#if BASTIONS > 1
    if :: reading_of[1] == o -> reading_rests[1] = 0 :: else fi;
#endif
    skip
}

inline land(i)
{
    if
    :: TOKEN && !rests[i] -> answer[sender[i]] = REFUSED
    :: else ->
        /* A run that people were told has ended changes nothing any more. */
        assert(debt[i] || epoch_of[i] > closed || MEANWHILE);
        assert(!(debt[i] && adopted));
        answer[sender[i]] = APPLIED;
        mark[object[i]] = epoch_of[i];
        o = object[i]; g = goal[i];
        write(o, g);
        o = 0; g = 0;
        assert(NEVER_TWO)
    fi;
    forget(i)
}

active proctype Network()
{
    byte o; bit g;
end:
    do
    :: d_step { stage[0] == SENT -> stage[0] = SERVED }
    :: d_step { stage[1] == SENT -> stage[1] = SERVED }
    :: d_step { stage[0] == SERVED -> land(0) }
    :: d_step { stage[1] == SERVED -> land(1) }
    :: d_step { stage[0] != FREE -> forget(0) }     /* lost, or refused by a server whose answer is lost */
    :: d_step { stage[1] != FREE -> forget(1) }
    od
}

#ifdef OPERATOR
active proctype Operator()
{
    if
    :: d_step { !guarded && mark[0] == 1 && !value[0] -> write(0, 1); assert(NEVER_TWO) }
    :: guarded || finished > 0
    fi
}
#endif

#ifdef BY_HAND
active proctype Hand()
{
    if
    :: d_step { stage[0] == SERVED -> write(object[0], goal[0]); assert(NEVER_TWO) }
    :: finished > 0
    fi
}
#endif

#ifdef ALIVE
#define FIRST_IS_GONE true
#else
#define FIRST_IS_GONE (finished > 0)
#endif

#define FAILOVER 0
#define COMPENSATE 1
#define FENCE 0
#define PROMOTE 1
#define SWITCH 2
#define LAST 3
#define TO (1 - from)

/* A kill loses what is not in the journal. */
inline may_be_killed()
{
    if
    :: kills < KILLS -> kills++; goto restarted
#ifdef BASTION
    :: instance == 0 -> goto parked     /* gone for good */
#endif
#ifdef RESTORED
    :: !is_restored && epoch > 0 -> goto brought_back
#endif
    :: skip
    fi
}

#ifdef NOT_DURABLE
/* What was written had not reached the disk. */
inline may_be_killed_before_the_disk()
{
    if
    :: kills < KILLS ->
        d_step {
            kills++; is_open = 0; has_intent = 0;
            has_fenced = has_fenced && cursor != FENCE;
            is_past = 0
        }
        goto restarted
    :: skip
    fi
}
#endif

#ifdef NO_POINT_OF_NO_RETURN
#define MAY_BE_UNDONE true
#else
#define MAY_BE_UNDONE !is_past
#endif

/* People may type at any moment. */
inline may_be_told()
{
    if
#ifdef UNDO
    :: kind == FAILOVER && is_under_way && MAY_BE_UNDONE -> goto undone
#endif
#ifdef ABORT
#ifdef NO_REFUSAL_OF_ABORT
    :: kind == FAILOVER && is_under_way && cursor == FENCE && value[from] -> goto aborted
#else
    :: kind == FAILOVER && is_under_way && !has_intent -> goto aborted
#endif
#endif
#ifdef OWED
    :: !adopted && epoch > 0 -> goto adopting
#endif
    :: skip
    fi
}

inline look(o)
{
    d_step {
        seen = value[o];
#ifndef NO_MARK
        is_newer = mark[o] > epoch;
#endif
        is_ours = TOKEN && mark[o] == epoch;
        reading_of[me] = o;
        reading_rests[me] = 1;
        guarded = guarded || (is_guard && !seen)
    }
}
inline look_away() { atomic { reading_of[me] = NOTHING; reading_rests[me] = 0; seen = 0; is_newer = 0; is_ours = 0 } }

/* The record in the cluster of `p`: compared, and set when it is behind. */
inline claim(p)
{
    atomic {
        is_foreign = 0;
#ifndef NO_COMPARISON
        if
        :: record_epoch[p] == 0 -> skip
        :: record_epoch[p] > 0 && record_owner[p] != instance && !has_taken_over -> is_foreign = 1
        :: record_epoch[p] > 0 && (record_owner[p] == instance || has_taken_over) ->
            if
            :: record_epoch[p] > epoch -> is_foreign = 1
            :: record_epoch[p] == epoch && (record_owner[p] != instance || record_from[p] != from) -> is_foreign = 1
            :: else
            fi
        fi;
#endif
        if
        :: is_foreign -> is_foreign = 0; goto parked
        :: else -> record_epoch[p] = epoch; record_owner[p] = instance; record_from[p] = from
        fi
    }
}

/* What is owed is looked at only while the record says that ours was the last run. */
inline claim_is_ours(p, ours)
{
    ours = record_epoch[p] <= epoch && record_owner[p] == instance
}

inline begin_run(what, start)
{
    d_step {
        epoch++; kind = what; from = start; cursor = FENCE;
        has_intent = 0; is_past = 0; is_open = 0; is_under_way = 1; guarded = 0;
        newest = (epoch > newest -> epoch : newest)
    }
}

inline end_run(at)
{
    atomic {
        is_under_way = 0; is_open = 0;
        if      /* a copy may be late with the end of an older run */
        :: epoch >= closed -> closed = epoch; is_right[at] = 1; is_right[1 - at] = 0; is_right[NAME] = at
        :: else
        fi
    }
}

proctype Bastion(bit me; bit instance)
{
    /* The journal: these survive a kill. */
    byte epoch = 0, cursor = FENCE;
    bit from = 0, kind = FAILOVER, is_under_way = 0;
    bit has_intent = 0;     /* of this run */
    bit has_fenced = 0;     /* an undo has something to restore */
    bit is_past = 0;        /* the promotion was intended */
    bit is_open = 0;        /* an intent that no definite answer closed */
    bit is_owed = 0, has_taken_over = 0;
    /* And these do not. */
    bit seen, is_newer, is_ours, is_foreign, is_guard, has_looked, wanted;
    byte target;

#ifdef BASTION
    /* The other bastion stands by until people say that the first is gone for good. */
    if
    :: instance == 0
    :: instance == 1 ->
        if
        :: atomic { (record_epoch[0] > 0 || record_epoch[1] > 0) && FIRST_IS_GONE ->
                epoch = (record_epoch[0] > record_epoch[1] -> record_epoch[0] : record_epoch[1]);
                has_taken_over = 1; from = value[NAME] }
#ifndef NO_WAIT_AFTER_TAKEOVER
            atomic { !IS_OPEN(1 - me) -> from = value[NAME] }
#endif
        :: finished > 0 -> goto parked
        fi
    fi;
#endif

#ifdef RESTORED
    goto idle;
brought_back:
    look_away();
#ifndef NO_WAIT_AFTER_RESTORE
    atomic { !IS_OPEN(me) -> skip };        /* that takes longer than any effect lasts */
#endif
    d_step {
        is_restored = 1;
        epoch = 0; cursor = FENCE; kind = FAILOVER; is_under_way = 0; from = value[NAME];
        has_intent = 0; has_fenced = 0; is_past = 0; is_open = 0; is_guard = 0; has_looked = 0;
        closed = 0; newest = 0; answer[me] = UNANSWERED; target = 0; wanted = 0
    }
#endif

idle:
    if
    :: epoch < (instance == 0 || !has_taken_over -> RUNS : RUNS_OF_SECOND) && !adopted && value[NAME] == from -> begin_run(FAILOVER, from)
    :: is_owed -> goto paying
    :: !is_owed -> goto parked
    fi;

restarted:
    look_away();
    d_step { is_guard = 0; has_looked = 0; answer[me] = UNANSWERED; target = 0; wanted = 0 }
#ifdef NO_WAIT_AFTER_RESTART
    is_open = 0;
#endif
    if
    :: !is_under_way && is_owed -> goto paying
    :: !is_under_way && !is_owed -> goto idle
    :: else
    fi;

step:
    may_be_told();
    if :: kind == FAILOVER && cursor == LAST -> goto done :: else fi;
    claim(TO);
    if
    :: claim(from)
    :: skip             /* the old plane's cluster cannot be reached */
    fi;
    if :: kind == COMPENSATE && cursor == LAST -> goto restored :: else fi;
#ifdef NO_FENCE
    if :: kind == FAILOVER && cursor == FENCE -> cursor = PROMOTE; goto step :: else fi;
#endif
#ifndef NO_SECOND_LOOK
    is_guard = kind == FAILOVER && cursor == PROMOTE;
#endif

operation:
    atomic {
        if
        :: kind == COMPENSATE -> target = from; wanted = 1
        :: kind == FAILOVER && (cursor == FENCE || is_guard) -> target = from; wanted = 0
        :: kind == FAILOVER && cursor == PROMOTE && !is_guard -> target = TO; wanted = 1
        :: kind == FAILOVER && cursor == SWITCH -> target = NAME; wanted = TO
        fi
    }
    may_be_told();
    may_be_killed();
#ifdef OWED
    /* Cut off, and people signed for it: the fence is owed. */
    if
    :: kind == FAILOVER && cursor == FENCE && !is_open -> d_step { waived = 1; is_owed = 1 }; goto reached
    :: kind == FAILOVER && is_guard && is_owed -> goto reached
    :: !(is_guard && is_owed) -> skip
    fi;
#endif
#ifdef UNREADABLE_IS_FENCED
    if :: kind == FAILOVER && target == from -> goto reached :: skip fi;
#endif
    look(target);
    if
    :: is_newer -> goto parked
    :: !is_newer && seen == wanted && (!is_open || is_ours) -> goto reached
#ifdef NO_WAIT_FOR_OWN
    :: !is_newer && seen == wanted && is_open -> goto reached
#endif
    :: !is_newer && seen == wanted && is_open && !is_ours -> goto waiting
    :: !is_newer && seen != wanted && is_open -> goto waiting
    :: !is_newer && seen != wanted && !is_open -> skip
    fi;
    may_be_killed();
    /* Nobody's hold or order came between the reading and the intent. */
    may_be_told();

#ifndef NO_INTENT
    d_step {
        has_intent = 1; is_open = 1;
        has_fenced = has_fenced || (kind == FAILOVER && target == from);
        is_past = is_past || (kind == FAILOVER && cursor == PROMOTE && !is_guard)
    }
#endif
#if !defined(NO_INTENT) && !defined(NOT_DURABLE)
    may_be_killed();
#endif
    atomic {
        if
        :: stage[0] == FREE -> stage[0] = SENT; object[0] = target; goal[0] = wanted;
            epoch_of[0] = epoch; sender[0] = me; rests[0] = reading_rests[me]; answer[me] = UNANSWERED
        :: stage[0] != FREE && stage[1] == FREE -> stage[1] = SENT; object[1] = target; goal[1] = wanted;
            epoch_of[1] = epoch; sender[1] = me; rests[1] = reading_rests[me]; answer[me] = UNANSWERED
        fi
    }
    look_away();
#ifdef NOT_DURABLE
    may_be_killed_before_the_disk();
#else
    may_be_killed();
#endif
#ifdef NO_INTENT
    /* Written down when it is too late. */
    d_step {
        has_intent = 1; is_open = 1;
        has_fenced = has_fenced || (kind == FAILOVER && target == from);
        is_past = is_past || (kind == FAILOVER && cursor == PROMOTE && !is_guard)
    }
#endif
    may_be_told();
    if
    :: answer[me] != UNANSWERED -> d_step { is_open = 0; answer[me] = UNANSWERED }; goto operation
    :: true -> skip                                                   /* no answer in time: unknown */
    fi;
#ifdef UNKNOWN_IS_APPLIED
    goto reached;
#endif
#ifdef UNKNOWN_IS_REFUSED
    d_step {
        is_open = 0;
        if :: cursor == FENCE -> has_intent = 0; has_fenced = 0 :: else fi  /* so nothing was changed */
    }
    goto operation;
#endif

waiting:
    look_away();
    may_be_killed();
    may_be_told();
    atomic { !MAY_LAND(me) -> is_open = 0; goto operation };

reached:
    look_away();
    d_step {
        is_open = 0;
        if
        :: is_guard -> is_guard = 0; has_looked = 1
        :: kind == COMPENSATE -> cursor = LAST
        :: kind == FAILOVER && !is_guard -> cursor++
        fi
    }
    if
    :: kind == FAILOVER && cursor == PROMOTE && has_looked -> has_looked = 0; goto operation
    :: else -> goto step
    fi;

done:
    end_run(TO);
    d_step { from = TO; has_fenced = 0 }
    goto idle;

aborted:
    look_away();
    end_run(from);
    goto parked;

undone:
    look_away();
#ifndef NO_WAIT_BEFORE_UNDO
    atomic { !IS_OPEN(me) -> skip };
#endif
    atomic {
        is_guard = 0;
        closed = (epoch > closed -> epoch : closed);
        begin_run(COMPENSATE, from);
        if :: !has_fenced -> cursor = LAST :: else fi
    }
    goto step;
restored:
    end_run(from);
    goto parked;

paying:
    /* Owed: the fence of the plane that the last run left. */
    target = 1 - from;
    may_be_told();
    may_be_killed();
    claim_is_ours(from, is_foreign);
    if :: !is_foreign -> goto parked :: else fi;
    look(target);
    if
    :: seen == 0 && (!is_open || is_ours) ->
        d_step { is_owed = 0; waived = 0; is_open = 0 }; look_away(); goto idle
    :: seen == 0 && is_open && !is_ours -> goto waiting_to_pay
    :: seen == 1 && is_open -> goto waiting_to_pay
    :: seen == 1 && !is_open -> skip
    fi;
    is_open = 1;
    may_be_killed();
    may_be_told();
    atomic {
        (stage[0] == FREE);
        stage[0] = SENT; object[0] = target; goal[0] = 0; epoch_of[0] = epoch; debt[0] = 1;
        sender[0] = me; rests[0] = reading_rests[me]; answer[me] = UNANSWERED
    }
    look_away();
    may_be_told();
    if
    :: answer[me] != UNANSWERED -> d_step { is_open = 0; answer[me] = UNANSWERED }; goto paying
    :: true -> skip
    fi;
waiting_to_pay:
    look_away();
    may_be_told();
    atomic { !MAY_LAND(me) -> is_open = 0; goto paying };

adopting:
    look_away();
#ifndef NO_WAIT_BEFORE_ADOPT
    atomic { !IS_OPEN(me) -> skip };
#endif
    /* By hand: plane 1 is stopped, plane 0 runs, the name is back. What is so already is not written. */
    d_step {
        if :: value[1] -> write(1, 0) :: else fi;
        if :: !value[0] -> write(0, 1) :: else fi;
        if :: value[NAME] -> write(NAME, 0) :: else fi;
        closed = (epoch > closed -> epoch : closed);
        epoch++;
        newest = epoch;
        adopted = 1; waived = 0;
#ifndef NO_VOID
        is_owed = 0;
#endif
        is_open = 0; is_guard = 0
    }
    end_run(0);
    if :: is_owed -> goto paying :: else fi;

parked:
    look_away();
    finished++
}

init
{
    atomic {
        value[0] = 1;
        reading_of[0] = NOTHING;
#if BASTIONS > 1
        reading_of[1] = NOTHING;
        run Bastion(1, INSTANCE_OF_SECOND);
#endif
        run Bastion(0, 0)
    }
end:
    atomic {
        finished == BASTIONS && stage[0] == FREE && stage[1] == FREE;
#ifdef REACH
        if :: REACH -> finished = BASTIONS :: else fi;      /* scripts/model sees whether this was reached */
#endif
        if
        :: closed == newest && newest > 0 && ENDS_AS_TOLD ->
            assert(value[0] == is_right[0] && value[1] == is_right[1] && value[NAME] == is_right[NAME])
        :: else
        fi
    }
}
