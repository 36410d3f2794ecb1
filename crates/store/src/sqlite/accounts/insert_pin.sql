INSERT INTO user_pins (pin, user) VALUES (?1, ?2);
