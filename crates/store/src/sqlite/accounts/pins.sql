SELECT user, pin FROM user_pins ORDER BY user, pin;
