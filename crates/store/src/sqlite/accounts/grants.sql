SELECT user, scope, target, may_read, may_write, granted FROM grants ORDER BY user, scope, target;
